# Nightly backups of everything that is tagged for them, in a vault that nobody can empty before its time, with a copy in
# the other region (8.1.4.9a, 8.1.4.9b).
resource "aws_backup_vault" "this" {
  name        = var.name
  kms_key_arn = var.kms_key_arn
}

resource "aws_backup_vault" "standby" {
  provider = aws.standby

  name        = "${var.name}-standby"
  kms_key_arn = var.standby_kms_key_arn
}

# Seven days to think again; then the lock stays for good.
resource "aws_backup_vault_lock_configuration" "this" {
  backup_vault_name   = aws_backup_vault.this.name
  min_retention_days  = var.retention_days
  changeable_for_days = 7
}

resource "aws_backup_vault_lock_configuration" "standby" {
  provider = aws.standby

  backup_vault_name   = aws_backup_vault.standby.name
  min_retention_days  = var.retention_days
  changeable_for_days = 7
}

locals {
  keep = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "KeepBackups"
        Effect    = "Deny"
        Principal = { AWS = "*" }
        Action    = ["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"]
        Resource  = "*"
      },
      {
        Sid       = "OwnAccountOnly"
        Effect    = "Deny"
        Principal = { AWS = "*" }
        Action    = ["backup:CopyIntoBackupVault", "backup:StartRestoreJob"]
        Resource  = "*"
        Condition = { StringNotEquals = { "aws:PrincipalAccount" = var.account_id } }
      },
    ]
  })
}

resource "aws_backup_vault_policy" "this" {
  backup_vault_name = aws_backup_vault.this.name
  policy            = local.keep
}

resource "aws_backup_vault_policy" "standby" {
  provider = aws.standby

  backup_vault_name = aws_backup_vault.standby.name
  policy            = local.keep
}

resource "aws_backup_plan" "daily" {
  name = "${var.name}-daily"

  rule {
    rule_name                    = "daily"
    target_vault_name            = aws_backup_vault.this.name
    schedule                     = "cron(0 2 * * ? *)"
    schedule_expression_timezone = "Asia/Shanghai"
    start_window                 = 60

    lifecycle {
      delete_after = var.retention_days
    }

    copy_action {
      destination_vault_arn = aws_backup_vault.standby.arn

      lifecycle {
        delete_after = var.retention_days
      }
    }
  }
}

resource "aws_iam_role" "this" {
  name                 = "${var.name}-backup"
  description          = "AWS Backup for ${var.name}."
  max_session_duration = 14400

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "backup.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = toset(["AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForRestores"])

  role       = aws_iam_role.this.name
  policy_arn = "arn:aws-cn:iam::aws:policy/service-role/${each.key}"
}

resource "aws_backup_selection" "tagged" {
  name         = "${var.name}-tagged"
  plan_id      = aws_backup_plan.daily.id
  iam_role_arn = aws_iam_role.this.arn

  selection_tag {
    type  = "STRINGEQUALS"
    key   = "backup"
    value = var.name
  }

  depends_on = [aws_iam_role_policy_attachment.this]
}
