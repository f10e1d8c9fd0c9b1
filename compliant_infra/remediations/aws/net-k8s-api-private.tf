# 经 VPC、VPN 或堡垒机访问 API Server。
resource "aws_eks_cluster" "this" {
  vpc_config {
    subnet_ids              = var.cluster_subnet_ids # 保留原有的子网
    endpoint_private_access = true
    endpoint_public_access  = false
  }
}

variable "cluster_subnet_ids" {
  description = "Subnets of the cluster"
  type        = list(string)
  default     = ["subnet-0a00000000000000a", "subnet-0b00000000000000b"]
}
