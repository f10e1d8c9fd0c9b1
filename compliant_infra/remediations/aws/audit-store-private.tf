# The trail goes to a bucket of its own: no public access, access log, lock, encryption, HTTPS only.
variable "audit_kms_key_arn" {
  type    = string
  default = "arn:aws-cn:kms:cn-north-1:000000000000:key/00000000-0000-0000-0000-000000000000"
}

resource "aws_cloudtrail" "this" {
  s3_bucket_name = aws_s3_bucket.audit_store.id
}

resource "aws_s3_bucket" "audit_store" {
  bucket              = "audit-store-0000"
  object_lock_enabled = true
  tags = {
    data-class = "important"
    owner      = "security"
  }
}

resource "aws_s3_bucket_public_access_block" "audit_store" {
  bucket                  = aws_s3_bucket.audit_store.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_logging" "audit_store" {
  bucket        = aws_s3_bucket.audit_store.id
  target_bucket = "central-access-logs"
  target_prefix = "audit/"
}

resource "aws_s3_bucket_versioning" "audit_store" {
  bucket = aws_s3_bucket.audit_store.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_object_lock_configuration" "audit_store" {
  bucket = aws_s3_bucket.audit_store.id
  rule {
    default_retention {
      mode = "COMPLIANCE"
      days = 180
    }
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "audit_store" {
  bucket = aws_s3_bucket.audit_store.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.audit_kms_key_arn
    }
  }
}

# The copy lies in the other region of mainland China.
resource "aws_s3_bucket_replication_configuration" "audit_store" {
  bucket = aws_s3_bucket.audit_store.id
  role   = "arn:aws-cn:iam::000000000000:role/audit-replication"
  rule {
    id     = "all"
    status = "Enabled"
    destination {
      bucket = "arn:aws-cn:s3:::audit-store-copy-0000"
    }
  }
}

resource "aws_s3_bucket_policy" "audit_store" {
  bucket = aws_s3_bucket.audit_store.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = "s3:GetBucketAcl"
        Resource  = aws_s3_bucket.audit_store.arn
      },
      {
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = "s3:PutObject"
        Resource  = "${aws_s3_bucket.audit_store.arn}/*"
      },
      {
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.audit_store.arn, "${aws_s3_bucket.audit_store.arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}
