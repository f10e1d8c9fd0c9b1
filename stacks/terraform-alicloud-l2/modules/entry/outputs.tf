output "dns_name" {
  description = "Name that the record of the domain points to: that of WAF where it stands in front."
  value       = var.waf == null ? alicloud_alb_load_balancer.this.dns_name : alicloud_wafv3_domain.this[0].cname
}

output "server_group_id" {
  description = "Server group to which requests go."
  value       = alicloud_alb_server_group.this["servers"].id
}
