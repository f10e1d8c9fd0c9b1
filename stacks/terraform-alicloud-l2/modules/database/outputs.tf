output "id" {
  description = "Id of the instance."
  value       = alicloud_db_instance.this.id
}

output "connection_string" {
  description = "Private address of the instance."
  value       = alicloud_db_instance.this.connection_string
}
