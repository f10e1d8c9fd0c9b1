output "administrator_role_arns" {
  description = "Roles of the three administrators."
  value       = { for name in keys(local.administrators) : name => alicloud_ram_role.administrator[name].arn }
}
