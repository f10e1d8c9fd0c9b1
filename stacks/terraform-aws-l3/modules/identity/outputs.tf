output "role_arns" {
  description = "Roles of the administrators: system, security and audit."
  value       = { for duty, role in aws_iam_role.duty : duty => role.arn }
}
