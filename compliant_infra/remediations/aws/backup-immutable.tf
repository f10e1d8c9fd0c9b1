# The rules of the backup plans must keep backups at least as long (lifecycle.delete_after), or their jobs fail.
# This lock (governance mode) can be taken away by who may change vaults; with changeable_for_days = 7 by nobody after
# seven days.
resource "aws_backup_vault_lock_configuration" "lock" {
  backup_vault_name  = aws_backup_vault.this.name
  min_retention_days = 30
}

resource "aws_backup_vault_lock_configuration" "this" {
  min_retention_days = 30
}

resource "aws_backup_logically_air_gapped_vault" "this" {
  min_retention_days = 30
}
