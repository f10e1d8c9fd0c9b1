# AWS 中国：在线投保与报价平台（北京区域为主，宁夏区域为备）
terraform {
  required_version = ">= 1.6"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "6.66.0"
    }
  }

  backend "s3" {
    bucket         = "qingyu-cn-terraform-state"
    key            = "aws-cn/prod/terraform.tfstate"
    region         = "cn-north-1"
    encrypt        = true
    dynamodb_table = "terraform-locks"
  }
}

provider "aws" {
  region              = "cn-north-1"
  allowed_account_ids = ["190000000001"]

  default_tags {
    tags = local.tags
  }
}

provider "aws" {
  alias               = "ningxia"
  region              = "cn-northwest-1"
  allowed_account_ids = ["190000000001"]

  default_tags {
    tags = local.tags
  }
}

locals {
  name       = "qingyu-quote"
  log_bucket = "${local.name}-access-logs-cn"

  tags = {
    system      = "online-insurance"
    environment = "prod"
    owner       = "digital"
  }
}

# 主密钥：按用途拆分
resource "aws_kms_key" "this" {
  for_each = var.keys

  description             = "${local.name} ${each.key}"
  deletion_window_in_days = each.value.deletion_window_in_days
  enable_key_rotation     = each.value.rotation
  policy                  = data.aws_iam_policy_document.key.json
}

resource "aws_kms_alias" "this" {
  for_each = aws_kms_key.this

  name          = "alias/${local.name}-${each.key}"
  target_key_id = each.value.key_id
}

resource "aws_kms_key" "ningxia" {
  provider = aws.ningxia

  description             = "${local.name} second region"
  deletion_window_in_days = 30
  enable_key_rotation     = true
}

data "aws_iam_policy_document" "key" {
  statement {
    sid       = "Administration"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws-cn:iam::190000000001:root"]
    }
  }
}

module "network" {
  source = "../../modules/aws/network"

  name       = local.name
  cidr_block = "10.40.0.0/16"

  subnets = {
    entry-a = { zone = "cn-north-1a", netnum = 0, tier = "entry" }
    entry-b = { zone = "cn-north-1b", netnum = 1, tier = "entry" }
    app-a   = { zone = "cn-north-1a", netnum = 2 }
    app-b   = { zone = "cn-north-1b", netnum = 3 }
    data-a  = { zone = "cn-north-1a", netnum = 4, tier = "data" }
    data-b  = { zone = "cn-north-1b", netnum = 5, tier = "data" }
  }

  tiers    = var.tiers
  data_acl = var.data_acl

  flow_log_bucket_arn = "arn:aws-cn:s3:::${local.log_bucket}"
}

# 宁夏区域只承载灾备副本；流日志待日志桶建好后补上
module "network_ningxia" {
  source = "../../modules/aws/network"

  providers = {
    aws = aws.ningxia
  }

  name       = "${local.name}-dr"
  cidr_block = "10.41.0.0/16"

  subnets = {
    data-a = { zone = "cn-northwest-1a", netnum = 0, tier = "data" }
    data-b = { zone = "cn-northwest-1b", netnum = 1, tier = "data" }
  }

  tiers = {
    data = {
      ingress = {
        postgres = { port = 5432, cidr = "10.41.0.0/16", description = "PostgreSQL" }
      }
    }
  }
}

module "database" {
  source   = "../../modules/aws/database"
  for_each = var.databases

  name               = "${local.name}-${each.key}"
  db_name            = each.key
  subnet_ids         = module.network.subnet_ids["data"]
  security_group_ids = [module.network.security_group_ids["data"]]
  kms_key_arn        = aws_kms_key.this["database"].arn
  encrypted          = each.value.encrypted
  public             = each.value.public
  parameters         = each.value.parameters
}

# 宁夏只读副本，兼作灾备
resource "aws_db_instance" "replica" {
  for_each = var.databases
  provider = aws.ningxia

  identifier             = "${local.name}-${each.key}-dr"
  replicate_source_db    = module.database[each.key].arn
  instance_class         = "db.r6g.large"
  db_subnet_group_name   = aws_db_subnet_group.ningxia.name
  vpc_security_group_ids = [module.network_ningxia.security_group_ids["data"]]
  storage_encrypted      = true
  kms_key_id             = aws_kms_key.ningxia.arn

  backup_retention_period         = 14
  enabled_cloudwatch_logs_exports = ["postgresql"]
  deletion_protection             = true
  skip_final_snapshot             = true
}

resource "aws_db_subnet_group" "ningxia" {
  provider = aws.ningxia

  name       = "${local.name}-dr"
  subnet_ids = module.network_ningxia.subnet_ids["data"]
}

resource "aws_elasticache_subnet_group" "this" {
  name       = local.name
  subnet_ids = module.network.subnet_ids["data"]
}

resource "aws_elasticache_replication_group" "quote" {
  replication_group_id       = "${local.name}-cache"
  description                = "Quotes"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = "cache.r6g.large"
  num_cache_clusters         = 2
  subnet_group_name          = aws_elasticache_subnet_group.this.name
  security_group_ids         = [module.network.security_group_ids["data"]]
  auth_token                 = var.cache_token
  transit_encryption_enabled = true
  at_rest_encryption_enabled = true
  kms_key_id                 = aws_kms_key.this["database"].arn
  multi_az_enabled           = true
  automatic_failover_enabled = true
  snapshot_retention_limit   = 7
}

# 限流计数器，数据可丢
resource "aws_elasticache_replication_group" "counters" {
  replication_group_id       = "${local.name}-counters"
  description                = "Rate limit counters"
  engine                     = "redis"
  engine_version             = "7.1"
  node_type                  = "cache.t4g.small"
  num_cache_clusters         = 2
  subnet_group_name          = aws_elasticache_subnet_group.this.name
  security_group_ids         = [module.network.security_group_ids["data"]]
  transit_encryption_enabled = true
  at_rest_encryption_enabled = true
  kms_key_id                 = aws_kms_key.this["database"].arn
  multi_az_enabled           = true
  automatic_failover_enabled = true
  snapshot_retention_limit   = 7
}

resource "aws_secretsmanager_secret" "this" {
  for_each = var.secrets

  name       = "${local.name}/${each.key}"
  kms_key_id = each.value.own_key ? aws_kms_key.this["secrets"].arn : null
}

# 每 60 天由轮换函数更换一次口令
resource "aws_secretsmanager_secret_rotation" "this" {
  for_each = { for name, secret in var.secrets : name => secret if secret.rotated }

  secret_id           = aws_secretsmanager_secret.this[each.key].id
  rotation_lambda_arn = aws_lambda_function.this["rotation"].arn

  rotation_rules {
    automatically_after_days = 60
  }
}
