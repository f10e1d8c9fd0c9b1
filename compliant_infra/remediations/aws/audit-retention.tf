# CloudWatch Logs takes fixed steps only, of which 180 days stands for six months.
resource "aws_cloudwatch_log_group" "this" {
  retention_in_days = 180
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  rule {
    id     = "expire"
    status = "Enabled"
    filter {
      prefix = ""
    }
    expiration {
      days = 184
    }
  }
}
