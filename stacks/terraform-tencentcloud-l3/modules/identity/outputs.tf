output "server_role_name" {
  description = "Role of the programs on the servers, with its rights."
  value       = tencentcloud_cam_role.server.name

  # Servers start with their rights.
  depends_on = [tencentcloud_cam_role_policy_attachment.server]
}

output "group_ids" {
  description = "Groups of the administrators: system, security and audit. Put people into one of them."
  value       = { for role, group in tencentcloud_cam_group.this : role => group.id }
}
