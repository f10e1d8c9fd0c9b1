output "project" {
  description = "Name of the log project."
  value       = alicloud_log_project.this.project_name
}

output "stores" {
  description = "Names of the log stores."
  value       = { for name in keys(var.stores) : name => alicloud_log_store.this[name].logstore_name }
}
