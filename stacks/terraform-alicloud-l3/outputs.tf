output "failover_instance_id" {
  description = "Instance of Global Traffic Manager: its CNAME, shown in the console, is what the record of the domain names."
  value       = module.failover.instance_id
}

output "entry_names" {
  description = "Names of the entries, for tests before the record of the domain is changed."
  value = {
    primary = module.entry.dns_name
    standby = module.standby_entry.dns_name
  }
}

output "database_address" {
  description = "Private address of the database."
  value       = module.database.connection_string
}

output "standby_database_address" {
  description = "Private address of the standby database."
  value       = module.standby_database.connection_string
}

output "cache_address" {
  description = "Private address of the cache."
  value       = module.cache.connection_domain
}

output "data_bucket" {
  description = "Bucket of the application."
  value       = module.data.name
}

output "administrator_role_arns" {
  description = "Roles of the system, security and audit administrators."
  value       = module.identity.administrator_role_arns
}
