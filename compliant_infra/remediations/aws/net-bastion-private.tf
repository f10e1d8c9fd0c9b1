# 自建堡垒机不带公网地址；更好的做法是改用 Session Manager。
resource "aws_instance" "this" {
  associate_public_ip_address = false
}

# Session Manager 的会话设置：会话记录写入日志桶
resource "aws_ssm_document" "session" {
  name            = "SSM-SessionManagerRunShell"
  document_type   = "Session"
  document_format = "JSON"
  content = jsonencode({
    schemaVersion = "1.0"
    sessionType   = "Standard_Stream"
    inputs        = { s3BucketName = var.session_log_bucket, s3EncryptionEnabled = true }
  })
}

variable "session_log_bucket" {
  description = "Bucket that keeps the records of sessions"
  type        = string
  default     = "session-logs"
}
