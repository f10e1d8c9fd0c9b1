output "scaling_group_id" {
  description = "The scaling group."
  value       = alicloud_ess_scaling_group.this.id
}

output "role_name" {
  description = "RAM role of the servers."
  value       = alicloud_ram_role.this.role_name
}
