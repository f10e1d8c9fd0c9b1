resource "aws_cloudtrail" "this" {
  enable_log_file_validation = true
}

# The bucket must be versioned.
resource "aws_s3_bucket_object_lock_configuration" "trail" {
  bucket = aws_cloudtrail.this.s3_bucket_name
  rule {
    default_retention {
      mode = "COMPLIANCE"
      days = 184
    }
  }
}
