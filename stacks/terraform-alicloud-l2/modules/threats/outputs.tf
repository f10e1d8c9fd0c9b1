output "cloud_firewall_id" {
  description = "The instance of Cloud Firewall."
  value       = alicloud_cloud_firewall_instance_v2.this.id
}
