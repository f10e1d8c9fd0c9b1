# 经 VPC、VPN 或堡垒机访问 API Server。
resource "aws_eks_cluster" "this" {
  vpc_config {
    subnet_ids              = ["subnet-0a00000000000000a", "subnet-0b00000000000000b"] # 保留原有的子网
    endpoint_private_access = true
    endpoint_public_access  = false
  }
}
