output "trail_log_group" {
  description = "Log group of the trail."
  value       = aws_cloudwatch_log_group.trail.name
}

output "topic_arn" {
  description = "Topic of the alarms."
  value       = aws_sns_topic.alarms.arn
}
