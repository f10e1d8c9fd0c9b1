# The trail goes to a bucket of its own: no public access, access log, lock, encryption, HTTPS only.
variable "audit_kms_key_arn" {
  description = "ARN of the KMS key for audit records"
  type        = string
  default     = "arn:aws-cn:kms:cn-north-1:000000000000:key/00000000-0000-0000-0000-000000000000"
}

resource "aws_cloudtrail" "this" {
  s3_bucket_name = aws_s3_bucket.audit_store.id
}

resource "aws_s3_bucket" "audit_store" {
  bucket              = var.audit_bucket
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
  target_bucket = var.access_log_bucket
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
  role   = var.replication_role_arn
  rule {
    id     = "all"
    status = "Enabled"
    destination {
      bucket = var.audit_copy_bucket_arn
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

variable "audit_bucket" {
  description = "Name of the bucket for audit records; no other in the partition bears it"
  type        = string
  default     = "audit-store-0000"
}

variable "access_log_bucket" {
  description = "Bucket that collects the access logs of buckets, in the same region"
  type        = string
  default     = "central-access-logs"
}

variable "replication_role_arn" {
  description = "ARN of the role by which S3 replicates"
  type        = string
  default     = "arn:aws-cn:iam::000000000000:role/audit-replication"
}

variable "audit_copy_bucket_arn" {
  description = "ARN of the bucket for the copy in the second region"
  type        = string
  default     = "arn:aws-cn:s3:::audit-store-copy-0000"
}
