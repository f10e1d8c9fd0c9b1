output "entry_name" {
  description = "DNS name of the entry: an alias record of the domain points to it."
  value       = module.entry.dns_name
}

output "entry_zone_id" {
  description = "Hosted zone of that name, for the alias record."
  value       = module.entry.zone_id
}

output "standby_entry_name" {
  description = "DNS name of the entry of the standby region; null while that is not active."
  value       = var.standby_active ? module.standby_entry[0].dns_name : null
}

output "database_address" {
  description = "Private name of the database."
  value       = module.database.address
}

output "replica_arn" {
  description = "Replica of the database in the standby region, which a failover promotes."
  value       = module.replica.arn
}

output "data_bucket" {
  description = "Bucket of the applications."
  value       = module.data_bucket.bucket
}

output "audit_bucket" {
  description = "Locked bucket of the audit records."
  value       = module.audit_bucket.bucket
}

output "alarm_topic_arn" {
  description = "Topic that alarms are sent to."
  value       = module.audit.topic_arn
}
