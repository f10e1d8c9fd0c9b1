output "group_name" {
  description = "Name of the scaling group."
  value       = aws_autoscaling_group.this.name
}

output "security_group_id" {
  description = "Group of the servers."
  value       = aws_security_group.this.id
}
