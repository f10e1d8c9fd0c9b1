output "entry_name" {
  description = "Name of the entry: the record of the domain is a CNAME of it."
  value       = module.entry.dns_name
}

output "database_address" {
  description = "Private address of the database."
  value       = module.database.connection_string
}

output "data_bucket" {
  description = "Bucket of the website."
  value       = module.data.name
}

output "administrator_role_arns" {
  description = "Roles of the system, security and audit administrators."
  value       = module.identity.administrator_role_arns
}
