# Name the actions and the resources that the work needs.
resource "aws_iam_policy" "this" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = "${var.data_bucket_arn}/*"
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["s3:GetObject"]
      Resource = "${var.data_bucket_arn}/*"
    }]
  })
}

# A managed policy for the task instead of AdministratorAccess.
resource "aws_iam_user_policy_attachment" "this" {
  policy_arn = "arn:aws-cn:iam::aws:policy/AmazonEC2ReadOnlyAccess"
}

resource "aws_iam_role" "this" {
  managed_policy_arns = ["arn:aws-cn:iam::aws:policy/AmazonEC2ReadOnlyAccess"]
  inline_policy {
    name = "inline"
    policy = jsonencode({
      Version = "2012-10-17"
      Statement = [{
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = "${var.data_bucket_arn}/*"
      }]
    })
  }
}

resource "aws_ssoadmin_managed_policy_attachments_exclusive" "this" {
  managed_policy_arns = ["arn:aws-cn:iam::aws:policy/AmazonEC2ReadOnlyAccess"]
}

variable "data_bucket_arn" {
  description = "ARN of the bucket that the work needs"
  type        = string
  default     = "arn:aws-cn:s3:::app-data"
}
