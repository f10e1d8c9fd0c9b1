resource "aws_sagemaker_notebook_instance" "this" {
  direct_internet_access = "Disabled"
  subnet_id              = var.ai_subnet_id
  security_groups        = [var.ai_security_group_id]
  kms_key_id             = var.ai_key_arn
}

resource "aws_sagemaker_domain" "this" {
  app_network_access_type = "VpcOnly"
  kms_key_id              = var.ai_key_arn
}

resource "aws_sagemaker_endpoint_configuration" "this" {
  kms_key_arn = var.ai_key_arn
}

resource "aws_sagemaker_model" "this" {
  enable_network_isolation = true
}

variable "ai_key_arn" {
  description = "ARN of the KMS key of the AI workload"
  type        = string
  default     = "arn:aws-cn:kms:cn-north-1:123456789012:key/00000000-0000-0000-0000-000000000000"
}

variable "ai_subnet_id" {
  description = "Private subnet of the AI workload"
  type        = string
  default     = "subnet-0a1b2c3d"
}

variable "ai_security_group_id" {
  description = "Security group of the AI workload"
  type        = string
  default     = "sg-0a1b2c3d"
}
