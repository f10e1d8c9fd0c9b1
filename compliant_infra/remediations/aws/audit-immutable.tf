# The bucket of the trail must be versioned. GOVERNANCE lets roles with s3:BypassGovernanceRetention end the lock; once
# the days are tried, COMPLIANCE keeps the records from everyone until then.
resource "aws_cloudtrail" "this" {
  enable_log_file_validation = true
}

resource "aws_s3_bucket_object_lock_configuration" "trail" {
  bucket = aws_cloudtrail.this.s3_bucket_name
  rule {
    default_retention {
      mode = "GOVERNANCE"
      days = 184
    }
  }
}
