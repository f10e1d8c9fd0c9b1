# Streams and endpoints in the regions in China.
resource "aws_cloudwatch_log_destination" "this" {
  role_arn   = var.log_role_arn
  target_arn = var.log_stream_arn
}

resource "aws_kinesis_firehose_delivery_stream" "this" {
  http_endpoint_configuration {
    url = var.log_endpoint
    s3_configuration {
      role_arn   = var.firehose_role_arn
      bucket_arn = var.log_bucket_arn
    }
  }
}

variable "log_role_arn" {
  description = "ARN of the role that writes into the stream"
  type        = string
  default     = "arn:aws-cn:iam::123456789012:role/logs"
}

variable "log_stream_arn" {
  description = "ARN of the stream for logs, in mainland China"
  type        = string
  default     = "arn:aws-cn:kinesis:cn-north-1:123456789012:stream/logs"
}

variable "log_endpoint" {
  description = "Address in mainland China that takes the logs"
  type        = string
  default     = "https://firehose.cn-north-1.amazonaws.com.cn/logs"
}

variable "firehose_role_arn" {
  description = "ARN of the role of the delivery stream"
  type        = string
  default     = "arn:aws-cn:iam::123456789012:role/firehose"
}

variable "log_bucket_arn" {
  description = "ARN of the bucket for what could not be delivered"
  type        = string
  default     = "arn:aws-cn:s3:::logs"
}
