# Copies go to the other region of AWS China.
resource "aws_ebs_snapshot_copy" "this" {
  region = "cn-northwest-1"
}

resource "aws_ami_copy" "this" {
  region = "cn-northwest-1"
}

resource "aws_dlm_lifecycle_policy" "this" {
  policy_details {
    resource_types = ["VOLUME"]
    target_tags    = { backup = "daily" }
    schedule {
      name = "daily"
      create_rule {
        interval = 24
      }
      retain_rule {
        count = 14
      }
      cross_region_copy_rule {
        target    = "cn-northwest-1"
        encrypted = true
        retain_rule {
          interval      = 14
          interval_unit = "DAYS"
        }
      }
    }
  }
}

resource "aws_backup_plan" "this" {
  rule {
    rule_name         = "daily"
    target_vault_name = "main"
    schedule          = "cron(0 19 * * ? *)"
    lifecycle {
      delete_after = 35
    }
    copy_action {
      destination_vault_arn = var.copy_vault_arn
      lifecycle {
        delete_after = 35
      }
    }
  }
}

resource "aws_imagebuilder_distribution_configuration" "this" {
  distribution {
    region = "cn-northwest-1"
    ami_distribution_configuration {
      name = "golden-{{ imagebuilder:buildDate }}"
    }
  }
}

variable "copy_vault_arn" {
  description = "ARN of a backup vault in the second region"
  type        = string
  default     = "arn:aws-cn:backup:cn-northwest-1:123456789012:backup-vault:second-region"
}
