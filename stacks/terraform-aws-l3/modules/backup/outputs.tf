output "vault_arn" {
  description = "Vault of the primary region."
  value       = aws_backup_vault.this.arn
}

output "standby_vault_arn" {
  description = "Vault of the copies."
  value       = aws_backup_vault.standby.arn
}
