output "arn" {
  description = "ARN of the instance."
  value       = aws_db_instance.this.arn
}

output "address" {
  description = "Private name of the instance."
  value       = aws_db_instance.this.address
}

output "resource_id" {
  description = "Id of the instance in policies of IAM."
  value       = aws_db_instance.this.resource_id
}
