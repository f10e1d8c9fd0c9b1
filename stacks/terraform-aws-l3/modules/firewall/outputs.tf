output "arn" {
  description = "ARN of the firewall, once all ways lead through it."
  value       = aws_networkfirewall_firewall.this.arn
  depends_on = [
    aws_route.app, aws_route.egress, aws_route.public, aws_route.firewall,
    aws_route.arrival_public, aws_route.arrival_egress,
  ]
}

output "addresses" {
  description = "Public addresses from which the servers call others."
  value       = aws_eip.nat[*].public_ip
}
