# A key of your own in the same region.
variable "data_kms_key_arn" {
  description = "ARN of your own KMS key for data, in the same region"
  type        = string
  default     = "arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
}

# 旧式的 server_side_encryption_configuration 换成单独的资源
resource "aws_s3_bucket" "this" {
  dynamic "server_side_encryption_configuration" {
    for_each = []
    content {}
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "own_key" {
  bucket = aws_s3_bucket.this.id
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.data_kms_key_arn
    }
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.data_kms_key_arn
    }
  }
}

resource "aws_ebs_volume" "this" {
  kms_key_id = var.data_kms_key_arn
}

resource "aws_db_instance" "this" {
  kms_key_id = var.data_kms_key_arn
}

resource "aws_secretsmanager_secret" "this" {
  kms_key_id = var.data_kms_key_arn
}
