# After changeable_for_days the lock cannot be taken away by anyone.
resource "aws_backup_vault_lock_configuration" "lock" {
  backup_vault_name   = aws_backup_vault.this.name
  min_retention_days  = 30
  max_retention_days  = 365
  changeable_for_days = 7
}

resource "aws_backup_vault_lock_configuration" "this" {
  min_retention_days = 30
}

resource "aws_backup_logically_air_gapped_vault" "this" {
  min_retention_days = 30
}
