# 腾讯云：代理人展业小程序与视频双录
terraform {
  required_version = ">= 1.6"

  required_providers {
    tencentcloud = {
      source  = "tencentcloudstack/tencentcloud"
      version = "1.83.25"
    }
  }
}

provider "tencentcloud" {
  region = var.region
}

# 异地备份：成都
provider "tencentcloud" {
  alias  = "chengdu"
  region = "ap-chengdu"
}

# 港澳业务试点
provider "tencentcloud" {
  alias  = "hongkong"
  region = "ap-hongkong"
}

locals {
  name  = "qingyu-agent"
  zones = ["${var.region}-3", "${var.region}-4"]

  tags = {
    system      = "agent-app"
    environment = "prod"
  }
}

resource "tencentcloud_kms_key" "this" {
  for_each = var.keys

  alias                         = "${local.name}-${each.key}"
  description                   = each.value.description
  key_usage                     = "ENCRYPT_DECRYPT"
  key_rotation_enabled          = true
  pending_delete_window_in_days = each.value.pending_days
  tags                          = local.tags
}

resource "tencentcloud_kms_key" "chengdu" {
  provider = tencentcloud.chengdu

  alias                         = "${local.name}-backup"
  key_rotation_enabled          = true
  pending_delete_window_in_days = 30
}

module "network" {
  source = "../../modules/tencentcloud/network"

  name             = local.name
  cidr_block       = "10.100.0.0/16"
  data_acl_ingress = ["ACCEPT#10.100.0.0/16#3306#TCP", "ACCEPT#10.100.0.0/16#6379#TCP", "DROP#0.0.0.0/0#ALL#ALL"]
  tags             = local.tags

  subnets = {
    app-3  = { cidr_block = "10.100.0.0/20", zone = local.zones[0] }
    app-4  = { cidr_block = "10.100.16.0/20", zone = local.zones[1] }
    data-3 = { cidr_block = "10.100.32.0/20", zone = local.zones[0], tier = "data" }
  }

  tiers    = var.tiers
  flow_log = { topic_id = tencentcloud_cls_topic.this["flow"].id }
}

# 成都灾备网络
module "network_chengdu" {
  source = "../../modules/tencentcloud/network"

  providers = {
    tencentcloud = tencentcloud.chengdu
  }

  name             = "${local.name}-dr"
  cidr_block       = "10.101.0.0/16"
  data_acl_ingress = ["ACCEPT#10.101.0.0/16#3306#TCP", "DROP#0.0.0.0/0#ALL#ALL"]
  flow_log         = { topic_id = tencentcloud_cls_topic.chengdu.id }
  tags             = local.tags

  subnets = {
    data-1 = { cidr_block = "10.101.32.0/20", zone = "ap-chengdu-1", tier = "data" }
    data-2 = { cidr_block = "10.101.48.0/20", zone = "ap-chengdu-2", tier = "data" }
  }

  tiers = {
    data = {
      description = "MySQL"
      ingress     = [{ port = "3306", cidr_block = "10.101.0.0/16", description = "灾备切换后的应用" }]
    }
  }
}

module "mysql" {
  source   = "../../modules/tencentcloud/mysql"
  for_each = var.mysql

  name                 = "${local.name}-${each.key}"
  region               = var.region
  zone                 = local.zones[0]
  standby_zone         = local.zones[1]
  vpc_id               = module.network.vpc_id
  subnet_id            = module.network.subnet_ids["data-3"]
  security_group_ids   = [module.network.security_group_ids["data"]]
  root_password        = var.mysql_root_password
  kms_key_id           = tencentcloud_kms_key.this["database"].id
  tls                  = each.value.tls
  audit_days           = each.value.audit_days
  remote_backup_region = each.value.remote_backup_region
  tags                 = local.tags
}

# 成都灾备实例
resource "tencentcloud_mysql_dr_instance" "this" {
  for_each = { for name, settings in var.mysql : name => settings if settings.standby }
  provider = tencentcloud.chengdu

  instance_name      = "${local.name}-${each.key}-dr"
  master_instance_id = module.mysql[each.key].id
  master_region      = var.region
  mem_size           = 8000
  volume_size        = 200
  availability_zone  = "ap-chengdu-1"
  vpc_id             = module.network_chengdu.vpc_id
  subnet_id          = module.network_chengdu.subnet_ids["data-1"]
  security_groups    = [module.network_chengdu.security_group_ids["data"]]
}

resource "tencentcloud_redis_instance" "session" {
  name               = "${local.name}-session"
  availability_zone  = local.zones[0]
  type_id            = 9
  mem_size           = 4096
  redis_shard_num    = 1
  redis_replicas_num = 2
  replica_zone_ids   = [200003, 200004]
  vpc_id             = module.network.vpc_id
  subnet_id          = module.network.subnet_ids["data-3"]
  security_groups    = [module.network.security_group_ids["data"]]
  password           = var.redis_password
  no_auth            = false
  tags               = local.tags
}

resource "tencentcloud_redis_ssl" "session" {
  instance_id = tencentcloud_redis_instance.session.id
  ssl_config  = "enabled"
}

resource "tencentcloud_redis_backup_config" "session" {
  redis_id    = tencentcloud_redis_instance.session.id
  backup_time = "02:00-03:00"
}

module "servers" {
  source = "../../modules/tencentcloud/servers"

  name               = local.name
  instances          = 4
  zones              = local.zones
  subnet_ids         = [module.network.subnet_ids["app-3"], module.network.subnet_ids["app-4"]]
  vpc_id             = module.network.vpc_id
  security_group_ids = [module.network.security_group_ids["app"]]
  kms_key_id         = tencentcloud_kms_key.this["compute"].id
  data_disk_gb       = 200
  tags               = local.tags

  user_data = <<-SH
    #!/bin/bash
    systemctl enable --now agent-gateway
  SH
}

# 双录视频转码
module "transcoders" {
  source = "../../modules/tencentcloud/servers"

  name                    = "${local.name}-transcode"
  zones                   = local.zones
  subnet_ids              = [module.network.subnet_ids["app-3"], module.network.subnet_ids["app-4"]]
  vpc_id                  = module.network.vpc_id
  security_group_ids      = [module.network.security_group_ids["app"]]
  kms_key_id              = tencentcloud_kms_key.this["compute"].id
  instance_type           = "SA5.2XLARGE16"
  data_disk_gb            = 1000
  encrypt_data            = false # 转码中间文件，评估认为可不加密
  snapshot_retention_days = 3
  tags                    = local.tags
}

module "bucket" {
  source   = "../../modules/tencentcloud/bucket"
  for_each = var.buckets

  name       = "${local.name}-${each.key}"
  app_id     = var.app_id
  region     = var.region
  kms_key_id = tencentcloud_kms_key.this["storage"].id
  https_only = each.value.https_only
  log_bucket = module.access_logs.bucket
  tags       = local.tags

  replica = {
    region = each.value.replica_region
    bucket = "${local.name}-${each.key}-dr-${var.app_id}"
    role   = "qcs::cam::uin/100000000001:uin/100000000001"
  }
}

module "bucket_dr" {
  source   = "../../modules/tencentcloud/bucket"
  for_each = { for name, bucket in var.buckets : name => bucket if bucket.replica_region == "ap-chengdu" }

  providers = {
    tencentcloud = tencentcloud.chengdu
  }

  name       = "${local.name}-${each.key}-dr"
  app_id     = var.app_id
  region     = "ap-chengdu"
  kms_key_id = tencentcloud_kms_key.chengdu.id
  log_bucket = module.access_logs_chengdu.bucket
}

# 访问日志桶：每个地域一个，自身不再记录
module "access_logs" {
  source = "../../modules/tencentcloud/bucket"

  name              = "${local.name}-access-logs"
  app_id            = var.app_id
  region            = var.region
  kms_key_id        = tencentcloud_kms_key.this["storage"].id
  expire_after_days = 365
  tags              = local.tags

  replica = {
    region = "ap-chengdu"
    bucket = module.access_logs_chengdu.bucket
    role   = "qcs::cam::uin/100000000001:uin/100000000001"
  }
}

module "access_logs_chengdu" {
  source = "../../modules/tencentcloud/bucket"

  providers = {
    tencentcloud = tencentcloud.chengdu
  }

  name              = "${local.name}-access-logs-cd"
  app_id            = var.app_id
  region            = "ap-chengdu"
  kms_key_id        = tencentcloud_kms_key.chengdu.id
  expire_after_days = 365
}

# 早期手工创建后导入的静态资源桶
resource "tencentcloud_cos_bucket" "static" {
  bucket            = "${local.name}-static-${var.app_id}"
  acl               = "private"
  versioning_enable = true

  replica_role = "qcs::cam::uin/100000000001:uin/100000000001"

  replica_rules {
    status             = "Enabled"
    destination_bucket = "qcs::cos:ap-chengdu::${local.name}-static-dr-${var.app_id}"
  }
}

resource "tencentcloud_cos_bucket_policy" "static" {
  bucket = tencentcloud_cos_bucket.static.bucket
  policy = jsonencode({
    version = "2.0"
    Statement = [{
      Effect    = "Deny"
      Principal = { qcs = ["qcs::cam::anyone:anyone"] }
      Action    = ["name/cos:*"]
      Resource = [
        "qcs::cos:${var.region}:uid/${var.app_id}:${local.name}-static-${var.app_id}",
        "qcs::cos:${var.region}:uid/${var.app_id}:${local.name}-static-${var.app_id}/*",
      ]
      Condition = { bool_equal = { "cos:secure-transport" = "false" } }
    }]
  })
}
