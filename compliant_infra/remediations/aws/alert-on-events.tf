# An alarm on the metric; sns_topic_arn is the topic of whoever is on duty.
variable "sns_topic_arn" {
  description = "ARN of the SNS topic of whoever is on duty"
  type        = string
  default     = "arn:aws-cn:sns:cn-north-1:000000000000:security"
}

resource "aws_cloudwatch_metric_alarm" "alarm" {
  alarm_name          = aws_cloudwatch_log_metric_filter.this.name
  comparison_operator = "GreaterThanOrEqualToThreshold"
  evaluation_periods  = 1
  metric_name         = aws_cloudwatch_log_metric_filter.this.metric_transformation[0].name
  namespace           = aws_cloudwatch_log_metric_filter.this.metric_transformation[0].namespace
  period              = 300
  statistic           = "Sum"
  threshold           = 1
  alarm_actions       = [var.sns_topic_arn]
}

resource "aws_cloudwatch_metric_alarm" "this" {
  actions_enabled = true
  alarm_actions   = [var.sns_topic_arn]
}

resource "aws_cloudwatch_event_rule" "this" {
  state = "ENABLED"
}

resource "aws_cloudwatch_event_target" "notify" {
  rule = aws_cloudwatch_event_rule.this.name
  arn  = var.sns_topic_arn
}
