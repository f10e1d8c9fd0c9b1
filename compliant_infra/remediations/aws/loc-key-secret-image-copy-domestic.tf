# 镜像、凭据与密钥只复制到宁夏区域
resource "aws_ecr_replication_configuration" "this" {
  replication_configuration {
    rule {
      destination {
        region      = "cn-northwest-1"
        registry_id = data.aws_caller_identity.registry.account_id
      }
    }
  }
}

data "aws_caller_identity" "registry" {}

resource "aws_secretsmanager_secret" "this" {
  replica {
    region = "cn-northwest-1"
  }
}

resource "aws_kms_replica_key" "this" {
  provider = aws
  region   = "cn-northwest-1"
}

resource "aws_kms_replica_external_key" "this" {
  provider = aws
  region   = "cn-northwest-1"
}
