# 接入 VPC 的私有子网；函数 URL 要求 IAM 签名。
resource "aws_lambda_function" "this" {
  vpc_config {
    subnet_ids         = var.function_subnet_ids
    security_group_ids = var.function_security_group_ids
  }
}

resource "aws_lambda_function_url" "this" {
  authorization_type = "AWS_IAM"
}

resource "aws_lambda_permission" "this" {
  principal              = "apigateway.amazonaws.com" # 写明调用方
  function_url_auth_type = null
  source_arn             = var.function_caller_arn
}

variable "function_subnet_ids" {
  description = "Private subnets of the functions, with a route to what they call"
  type        = list(string)
  default     = ["subnet-0a1b2c3d", "subnet-1b2c3d4e"]
}

variable "function_security_group_ids" {
  description = "Security groups of the functions"
  type        = list(string)
  default     = ["sg-0a1b2c3d"]
}

variable "function_caller_arn" {
  description = "ARN of what may call the function"
  type        = string
  default     = "arn:aws-cn:execute-api:cn-north-1:123456789012:a1b2c3/*/*"
}
