provider "aws" {
  alias  = "ningxia"
  region = "cn-northwest-1"
}

# The instance keeps automated backups itself (backup_retention_period); the key lies in the second region.
resource "aws_db_instance_automated_backups_replication" "copy" {
  provider               = aws.ningxia
  source_db_instance_arn = aws_db_instance.this.arn
  retention_period       = 14
  kms_key_id             = var.second_region_key_arn
}

resource "aws_s3_bucket_versioning" "source" {
  bucket = aws_s3_bucket.this.id
  versioning_configuration {
    status = "Enabled"
  }
}

# The bucket in the second region is kept like the first: encrypted with a key of that region, logged, HTTPS only.
resource "aws_s3_bucket" "copy" {
  provider = aws.ningxia
  bucket   = "${aws_s3_bucket.this.bucket}-copy"
  tags = {
    data-class = "general" # as the first
    owner      = "ops"
  }
}

resource "aws_s3_bucket_versioning" "copy" {
  provider = aws.ningxia
  bucket   = aws_s3_bucket.copy.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "copy" {
  provider = aws.ningxia
  bucket   = aws_s3_bucket.copy.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.second_region_key_arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "copy" {
  provider                = aws.ningxia
  bucket                  = aws_s3_bucket.copy.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "copy" {
  provider = aws.ningxia
  bucket   = aws_s3_bucket.copy.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "HttpsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.copy.arn, "${aws_s3_bucket.copy.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_s3_bucket_logging" "copy" {
  provider      = aws.ningxia
  bucket        = aws_s3_bucket.copy.id
  target_bucket = var.second_region_log_bucket
  target_prefix = "s3/"
}

resource "aws_s3_bucket_replication_configuration" "copy" {
  bucket = aws_s3_bucket_versioning.source.bucket
  role   = var.replication_role_arn
  rule {
    id     = "all"
    status = "Enabled"
    destination {
      bucket = aws_s3_bucket.copy.arn
    }
  }
}

resource "aws_backup_plan" "this" {
  rule {
    rule_name         = "daily"
    target_vault_name = "vault"
    copy_action {
      destination_vault_arn = var.copy_vault_arn
    }
  }
}

resource "aws_dlm_lifecycle_policy" "this" {
  policy_details {
    resource_types = ["VOLUME"]
    target_tags = {
      backup = "daily"
    }
    schedule {
      name = "daily"
      create_rule {
        interval = 24
        times    = ["20:00"]
      }
      retain_rule {
        count = 14
      }
      cross_region_copy_rule {
        target    = "cn-northwest-1"
        encrypted = true
        cmk_arn   = var.second_region_key_arn
        retain_rule {
          interval      = 14
          interval_unit = "DAYS"
        }
      }
    }
  }
}

variable "second_region_key_arn" {
  description = "ARN of a KMS key in the second region"
  type        = string
  default     = "arn:aws-cn:kms:cn-northwest-1:123456789012:key/00000000-0000-0000-0000-000000000000"
}

variable "copy_vault_arn" {
  description = "ARN of a backup vault in the second region"
  type        = string
  default     = "arn:aws-cn:backup:cn-northwest-1:123456789012:backup-vault:copy"
}

variable "second_region_log_bucket" {
  description = "Bucket in the second region that collects access logs"
  type        = string
  default     = "central-access-logs-ningxia"
}

variable "replication_role_arn" {
  description = "ARN of the role by which S3 replicates"
  type        = string
  default     = "arn:aws-cn:iam::123456789012:role/replication"
}
