# 只允许挂载客户端所在网段访问 2049 端口。
resource "aws_efs_mount_target" "this" {
  security_groups = [aws_security_group.nfs_clients.id]
}

resource "aws_security_group" "nfs_clients" {
  name_prefix = "nfs-clients-"
  description = "NFS from the application subnets"
  vpc_id      = var.efs_vpc_id
  ingress {
    description = "NFS from the application subnets"
    from_port   = 2049
    to_port     = 2049
    protocol    = "tcp"
    cidr_blocks = var.nfs_client_cidrs
  }
}

resource "aws_efs_file_system_policy" "this" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "MountTargetsOnly"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws-cn:iam::${data.aws_caller_identity.current.account_id}:role/app" }
      Action    = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
      Condition = { Bool = { "elasticfilesystem:AccessedViaMountTarget" = "true" } }
    }]
  })
}

data "aws_caller_identity" "current" {}

variable "efs_vpc_id" {
  description = "VPC of the mount targets"
  type        = string
  default     = "vpc-0f1e2d3c4b5a69788"
}

variable "nfs_client_cidrs" {
  description = "Networks of the clients that mount the file system"
  type        = list(string)
  default     = ["10.0.1.0/24"]
}
