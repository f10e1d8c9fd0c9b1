# The key's policy must let the service (logs.<region>.amazonaws.com.cn, cloudtrail.amazonaws.com) use it.
variable "log_kms_key_arn" {
  description = "ARN of the KMS key for logs; its policy lets the logging services use it"
  type        = string
  default     = "arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
}

resource "aws_cloudwatch_log_group" "this" {
  kms_key_id = var.log_kms_key_arn
}

resource "aws_cloudtrail" "this" {
  kms_key_id = var.log_kms_key_arn
}
