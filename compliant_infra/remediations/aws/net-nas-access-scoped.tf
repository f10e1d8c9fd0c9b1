# 只允许挂载客户端所在网段访问 2049 端口。
resource "aws_efs_mount_target" "this" {
  security_groups = [aws_security_group.nfs_clients.id]
}

resource "aws_security_group" "nfs_clients" {
  name        = "nfs-clients"
  description = "NFS from the application subnets"
  vpc_id      = var.efs_vpc_id
  ingress {
    description = "NFS from the application subnets"
    from_port   = 2049
    to_port     = 2049
    protocol    = "tcp"
    cidr_blocks = ["10.0.1.0/24"]
  }
}

variable "efs_vpc_id" {
  type    = string
  default = "vpc-0f1e2d3c4b5a69788"
}

resource "aws_efs_file_system_policy" "this" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "MountTargetsOnly"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws-cn:iam::123456789012:role/app" }
      Action    = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
      Condition = { Bool = { "elasticfilesystem:AccessedViaMountTarget" = "true" } }
    }]
  })
}
