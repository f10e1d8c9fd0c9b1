# 写明拉取镜像的角色。
resource "aws_ecr_repository_policy" "this" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Deployer"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws-cn:iam::${var.account_id}:role/deployer" }
      Action    = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    }]
  })
}

resource "aws_ecr_registry_policy" "this" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Replication"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws-cn:iam::${var.account_id}:root" }
      Action    = "ecr:ReplicateImage"
      Resource  = "arn:aws-cn:ecr:cn-north-1:${var.account_id}:repository/*"
    }]
  })
}

# Use a private repository (aws_ecr_repository) instead.
removed {
  from = aws_ecrpublic_repository.this
  lifecycle {
    destroy = true
  }
}

variable "account_id" {
  description = "Number of the account"
  type        = string
  default     = "123456789012"
}
