output "session_log_group" {
  description = "Log group of the sessions of administrators."
  value       = aws_cloudwatch_log_group.sessions.name
}
