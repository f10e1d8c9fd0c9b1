output "id" {
  value = alicloud_db_instance.this.id
}

output "connection_string" {
  value = alicloud_db_instance.this.connection_string
}
