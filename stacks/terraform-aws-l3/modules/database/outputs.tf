output "arn" {
  description = "ARN of the instance."
  value       = aws_db_instance.this.arn
}

output "address" {
  description = "Private name of the instance."
  value       = aws_db_instance.this.address
}

output "max_storage_gb" {
  description = "Size to which the storage may grow."
  value       = aws_db_instance.this.max_allocated_storage
}

output "resource_id" {
  description = "Id of the instance in policies of IAM."
  value       = aws_db_instance.this.resource_id
}
