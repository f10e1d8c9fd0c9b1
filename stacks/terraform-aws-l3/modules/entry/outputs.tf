output "dns_name" {
  description = "Name of the balancer."
  value       = aws_lb.this.dns_name
}

output "zone_id" {
  description = "Hosted zone of that name."
  value       = aws_lb.this.zone_id
}

output "arn" {
  description = "ARN of the balancer."
  value       = aws_lb.this.arn
}

output "security_group_id" {
  description = "Group of the balancer."
  value       = aws_security_group.this.id
}

output "target_group_arn" {
  description = "Target group of the servers."
  value       = aws_lb_target_group.this.arn
}
