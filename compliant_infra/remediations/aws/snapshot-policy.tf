# A daily backup, kept for 35 days, with a copy in the other region in China.
resource "aws_backup_plan" "daily" {
  name = "daily-${aws_ebs_volume.this.id}"
  rule {
    rule_name         = "daily"
    target_vault_name = var.backup_vault_name
    schedule          = "cron(0 18 * * ? *)"
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

resource "aws_backup_selection" "volume" {
  name         = "volume"
  plan_id      = aws_backup_plan.daily.id
  iam_role_arn = var.backup_role_arn
  resources    = [aws_ebs_volume.this.arn]
}

resource "aws_efs_backup_policy" "backup" {
  file_system_id = aws_efs_file_system.this.id
  backup_policy {
    status = "ENABLED"
  }
}

resource "aws_dlm_lifecycle_policy" "this" {
  policy_details {
    resource_types = ["VOLUME"]
    target_tags = {
      Backup = "daily" # as before
    }
    schedule {
      name = "daily"
      create_rule {
        interval      = 12
        interval_unit = "HOURS"
      }
      retain_rule {
        count         = null
        interval      = 30
        interval_unit = "DAYS"
      }
    }
  }
}

resource "aws_backup_plan" "this" {
  rule {
    rule_name         = "daily"
    target_vault_name = var.backup_vault_name
    copy_action {
      destination_vault_arn = var.copy_vault_arn
    }
    lifecycle {
      delete_after = 35
    }
  }
}

variable "backup_vault_name" {
  description = "Name of the backup vault in this region"
  type        = string
  default     = "backup"
}

variable "copy_vault_arn" {
  description = "ARN of a backup vault in the second region"
  type        = string
  default     = "arn:aws-cn:backup:cn-northwest-1:123456789012:backup-vault:copy"
}

variable "backup_role_arn" {
  description = "ARN of the role by which AWS Backup works"
  type        = string
  default     = "arn:aws-cn:iam::123456789012:role/service-role/AWSBackupDefaultServiceRole"
}
