# The policy names the account of the key; add statements for the roles that use it.
resource "aws_kms_key" "this" {
  deletion_window_in_days = 30
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Administration"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws-cn:iam::${var.account_id}:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}

resource "aws_kms_key_policy" "this" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Administration"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws-cn:iam::${var.account_id}:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}

variable "account_id" {
  description = "Number of the account of the key"
  type        = string
  default     = "123456789012"
}
