output "key_arns" {
  description = "Keys by purpose: data, logs and backup."
  value       = { for purpose, key in aws_kms_key.this : purpose => key.arn }
}
