output "connection_domain" {
  description = "Private address of the cache."
  value       = alicloud_kvstore_instance.this.connection_domain
}
