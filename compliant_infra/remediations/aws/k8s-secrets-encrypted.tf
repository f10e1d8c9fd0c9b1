# 加密后不能撤销；已有的 Secret 要重新写入。
resource "aws_eks_cluster" "this" {
  encryption_config {
    resources = ["secrets"]
    provider {
      key_arn = var.eks_kms_key_arn
    }
  }
}

variable "eks_kms_key_arn" {
  description = "ARN of the KMS key for Kubernetes secrets, in the region of the cluster"
  type        = string
  default     = "arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
}
