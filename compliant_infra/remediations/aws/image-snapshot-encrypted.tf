# 密钥须与副本在同一区域。
resource "aws_ami_copy" "this" {
  encrypted  = true
  kms_key_id = var.copy_kms_key_arn
}

resource "aws_ebs_snapshot_copy" "this" {
  encrypted  = true
  kms_key_id = var.copy_kms_key_arn
}

resource "aws_ebs_snapshot_import" "this" {
  encrypted  = true
  kms_key_id = var.copy_kms_key_arn
}

resource "aws_db_snapshot_copy" "this" {
  kms_key_id = var.copy_kms_key_arn
}

resource "aws_dlm_lifecycle_policy" "this" {
  policy_details {
    resource_types = ["VOLUME"] # 保留原有的其他参数
    target_tags    = { backup = "daily" }
    schedule {
      name = "daily"
      create_rule {
        interval = 24
      }
      retain_rule {
        count = 30
      }
      cross_region_copy_rule {
        target    = "cn-northwest-1"
        encrypted = true
        cmk_arn   = var.second_region_key_arn
      }
    }
  }
}

variable "copy_kms_key_arn" {
  description = "ARN of a KMS key in the region of the copy"
  type        = string
  default     = "arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
}

variable "second_region_key_arn" {
  description = "ARN of a KMS key in the second region"
  type        = string
  default     = "arn:aws-cn:kms:cn-northwest-1:123456789012:key/00000000-0000-0000-0000-000000000000"
}
