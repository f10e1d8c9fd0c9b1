output "compliance_pack_id" {
  description = "The compliance pack."
  value       = alicloud_config_compliance_pack.this.id
}
