output "role_name" {
  description = "Role by which OSS copies."
  value       = alicloud_ram_role.this.role_name
}
