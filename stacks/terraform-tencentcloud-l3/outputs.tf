output "entry_address" {
  description = "Public address of the entry: point the domain's record to it."
  value       = module.entry.address
}

output "database_address" {
  description = "Private address of MySQL, with its port."
  value       = module.database.address
}

output "database_secret" {
  description = "Name of the rotated account of the applications in Secrets Manager."
  value       = module.database.secret_name
}

output "cache_address" {
  description = "Private address of Redis."
  value       = module.cache.address
}

output "data_bucket" {
  description = "Full name of the bucket of the applications."
  value       = module.data_bucket.bucket
}

output "audit_bucket" {
  description = "Full name of the locked bucket of the operation records."
  value       = module.audit_bucket.bucket
}

output "standby_database_id" {
  description = "Id of the standby of MySQL in the second region, which a failover promotes."
  value       = module.database.standby_id
}
