output "id" {
  description = "Id of the instance."
  value       = alicloud_db_instance.this.id
}

output "connection_string" {
  description = "Private address of the instance."
  value       = alicloud_db_instance.this.connection_string
}

output "accounts_ready" {
  description = "Names of the accounts, once they are there."
  value       = [for name in keys(var.accounts) : alicloud_rds_account.this[name].account_name]
}
