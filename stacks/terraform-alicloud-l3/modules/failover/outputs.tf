output "instance_id" {
  description = "Instance of Global Traffic Manager; the record of the domain names its CNAME."
  value       = alicloud_alidns_gtm_instance.this.id
}
