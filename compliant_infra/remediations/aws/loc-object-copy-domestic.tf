# The destination lies in the other region in China.
resource "aws_s3_bucket_replication_configuration" "this" {
  rule {
    id     = "ningxia"
    status = "Enabled"
    destination {
      bucket = "arn:aws-cn:s3:::prod-ningxia"
    }
  }
}
