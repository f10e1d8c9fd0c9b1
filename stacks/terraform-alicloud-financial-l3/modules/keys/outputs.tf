output "ids" {
  description = "Ids of the keys by their short names."
  value       = { for name in keys(var.purposes) : name => alicloud_kms_key.this[name].id }
}
