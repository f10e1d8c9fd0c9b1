# Keep the statement that fits: a service by name, or the tokens of one repository and branch.
resource "aws_iam_role" "this" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRole"
        Principal = { Service = "lambda.amazonaws.com" }
      },
      {
        Effect    = "Allow"
        Action    = "sts:AssumeRoleWithWebIdentity"
        Principal = { Federated = var.oidc_provider_arn }
        Condition = {
          StringEquals = {
            "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
            "token.actions.githubusercontent.com:sub" = var.pipeline_subject
          }
        }
      },
    ]
  })
}

variable "oidc_provider_arn" {
  description = "ARN of the identity provider of the pipelines"
  type        = string
  default     = "arn:aws-cn:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
}

variable "pipeline_subject" {
  description = "The one repository and branch whose pipelines may assume the role"
  type        = string
  default     = "repo:corp/app:ref:refs/heads/main"
}
