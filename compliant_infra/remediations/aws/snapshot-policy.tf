# A daily backup, kept for 35 days, with a copy in the other region in China.
resource "aws_backup_plan" "daily" {
  name = "daily"
  rule {
    rule_name         = "daily"
    target_vault_name = "backup"
    schedule          = "cron(0 18 * * ? *)"
    lifecycle {
      delete_after = 35
    }
    copy_action {
      destination_vault_arn = "arn:aws-cn:backup:cn-northwest-1:123456789012:backup-vault:backup"
      lifecycle {
        delete_after = 35
      }
    }
  }
}

resource "aws_backup_selection" "volume" {
  name         = "volume"
  plan_id      = aws_backup_plan.daily.id
  iam_role_arn = "arn:aws-cn:iam::123456789012:role/service-role/AWSBackupDefaultServiceRole"
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
        interval      = 30
        interval_unit = "DAYS"
      }
    }
  }
}

resource "aws_backup_plan" "this" {
  rule {
    rule_name         = "daily"
    target_vault_name = "backup"
    lifecycle {
      delete_after = 35
    }
    copy_action {
      destination_vault_arn = "arn:aws-cn:backup:cn-northwest-1:123456789012:backup-vault:backup"
    }
  }
}
