# 访问日志写入集中的日志桶（该桶自身不必再记录）。
resource "aws_s3_bucket_logging" "access" {
  bucket        = aws_s3_bucket.this.id
  target_bucket = var.access_log_bucket
  target_prefix = "s3/"
}

variable "access_log_bucket" {
  description = "Bucket that collects the access logs of buckets, in the same region"
  type        = string
  default     = "central-access-logs"
}

resource "aws_api_gateway_stage" "this" {
  access_log_settings {
    destination_arn = var.api_log_group_arn
    format          = "$context.requestId $context.identity.sourceIp $context.httpMethod $context.resourcePath $context.status"
  }
}

resource "aws_apigatewayv2_stage" "this" {
  access_log_settings {
    destination_arn = var.api_log_group_arn
    format          = "$context.requestId $context.identity.sourceIp $context.httpMethod $context.routeKey $context.status"
  }
}

resource "aws_lambda_function" "this" {
  logging_config {
    log_format       = "JSON"
    system_log_level = "INFO"
  }
}

variable "api_log_group_arn" {
  description = "ARN of the log group for access to APIs"
  type        = string
  default     = "arn:aws-cn:logs:cn-north-1:123456789012:log-group:api-access"
}
