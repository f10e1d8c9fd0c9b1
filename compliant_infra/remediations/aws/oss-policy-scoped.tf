# Name who is let in: a role of the application, not everybody. For this.bucket write what the policy itself has there.
data "aws_caller_identity" "current" {}

resource "aws_s3_bucket_policy" "this" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "ReadByTheApplication"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws-cn:iam::${data.aws_caller_identity.current.account_id}:role/application" }
      Action    = "s3:GetObject"
      Resource  = "arn:aws-cn:s3:::${aws_s3_bucket_policy.this.bucket}/*"
    }]
  })
}
