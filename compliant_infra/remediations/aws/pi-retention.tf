# Shorten days to what the purpose of the personal information needs; records of processing are kept for three years.
resource "aws_s3_bucket_lifecycle_configuration" "expire" {
  bucket = aws_s3_bucket.this.id
  rule {
    id     = "expire"
    status = "Enabled"
    filter {}
    expiration {
      days = 1095
    }
  }
}

resource "aws_dynamodb_table" "this" {
  ttl {
    enabled        = true
    attribute_name = "expires_at"
  }
}
