# Sends everything to the destination of the log account.
variable "central_destination_arn" {
  description = "ARN of the log destination of the log account"
  type        = string
  default     = "arn:aws-cn:logs:cn-north-1:000000000000:destination:central"
}

resource "aws_cloudwatch_log_subscription_filter" "central" {
  name            = "central"
  log_group_name  = aws_cloudwatch_log_group.this.name
  filter_pattern  = ""
  destination_arn = var.central_destination_arn
}
