terraform {
  required_version = ">= 1.6"

  required_providers {
    alicloud = {
      source  = "aliyun/alicloud"
      version = "1.289.0"
    }
  }
}

provider "alicloud" {
  region = var.region
}

provider "alicloud" {
  alias  = "dr"
  region = "cn-zhangjiakou"
}

locals {
  name  = "qingyu-${var.environment}"
  zones = formatlist("%s-%s", var.region, ["h", "i"])

  tags = {
    system      = "core-insurance"
    environment = var.environment
  }
}

module "keys" {
  source = "../../modules/alicloud/keys"

  name = local.name
  tags = local.tags
  keys = { for purpose in ["data", "compute", "logs"] : purpose => { purpose = purpose } }
}

module "logs" {
  source = "../../modules/alicloud/logs"

  name         = "${local.name}-logs"
  region       = var.region
  kms_key_id   = module.keys.ids["logs"]
  kms_role_arn = "acs:ram::1900000000000002:role/aliyunlogdefaultrole"
  tags         = local.tags
  stores = {
    flow  = {}
    entry = {}
    oss   = {}
    # 非默认工作区为临时环境，日志可以短一些
    app = { retention_days = terraform.workspace == "default" ? 180 : 30 }
  }
}

module "network" {
  source = "../../modules/alicloud/network"

  name       = local.name
  cidr_block = "10.60.0.0/16"
  tags       = local.tags

  subnets = {
    app-h  = { cidr_block = "10.60.0.0/20", zone_id = local.zones[0] }
    app-i  = { cidr_block = "10.60.16.0/20", zone_id = local.zones[1] }
    data-h = { cidr_block = "10.60.32.0/20", zone_id = local.zones[0], tier = "data" }
  }

  flow_log = {
    project = module.logs.project
    store   = module.logs.stores["flow"]
  }

  rules    = var.rules
  data_acl = var.data_acl
}

module "database" {
  source = "../../modules/alicloud/database"

  name                  = "${local.name}-core"
  vswitch_id            = module.network.vswitch_ids["data-h"]
  zone_id               = local.zones[0]
  standby_zone_id       = local.zones[1]
  allow_list            = var.database.allow_list
  kms_key_id            = module.keys.ids["data"]
  deletion_protection   = var.database.deletion_protection
  backup_retention_days = var.database.backup_retention_days
  cross_backup_region   = "cn-zhangjiakou"
  account               = var.database.account
  databases             = { core = {} }
  tags                  = local.tags
}

resource "alicloud_rds_ddr_instance" "dr" {
  provider = alicloud.dr

  engine                   = "MySQL"
  engine_version           = "8.0"
  instance_type            = "mysql.x2.large.2c"
  instance_storage         = 200
  db_instance_storage_type = "cloud_essd"
  payment_type             = "PayAsYouGo"
  restore_type             = "BackupSet"
  source_region            = var.region
  source_db_instance_name  = module.database.id
  encryption_key           = var.dr_key_id
  ssl_action               = "Open"
  security_ips             = ["10.61.0.0/16"]
  deletion_protection      = true
}

module "cache" {
  source = "../../modules/alicloud/cache"

  name            = "${local.name}-session"
  vswitch_id      = module.network.vswitch_ids["data-h"]
  zone_id         = local.zones[0]
  standby_zone_id = local.zones[1]
  allow_list      = ["10.60.0.0/19"]
  kms_key_id      = module.keys.ids["data"]
  password        = var.cache_password
  tags            = local.tags
}

module "cluster" {
  source = "../../modules/alicloud/cluster"

  name            = "${local.name}-ack"
  vswitch_ids     = [for key in ["app-h", "app-i"] : module.network.vswitch_ids[key]]
  pod_vswitch_ids = [for key in ["app-h", "app-i"] : module.network.vswitch_ids[key]]
  public_api      = true # 外包测试人员远程联调
  kms_key_id      = module.keys.ids["compute"]
  log_project     = module.logs.project
  node_pools      = { default = { instance_types = ["ecs.c7.xlarge"], desired_size = 2 } }
  tags            = local.tags
}

module "bucket" {
  source   = "../../modules/alicloud/bucket"
  for_each = var.buckets

  name                = "${local.name}-${each.key}"
  kms_key_id          = module.keys.ids["data"]
  acl                 = each.value.acl
  block_public_access = each.value.block_public_access
  tags                = local.tags

  replica = {
    bucket     = module.bucket_dr[each.key].bucket
    region     = "cn-zhangjiakou"
    role       = "qingyu-oss-replication"
    kms_key_id = var.dr_key_id
  }
}

# 访问日志按存储桶名单采集；新建的桶须加入名单
resource "alicloud_sls_collection_policy" "oss" {
  policy_name  = "${local.name}-oss"
  product_code = "oss"
  data_code    = "access_log"
  enabled      = true

  centralize_enabled = true

  centralize_config {
    dest_project  = module.logs.project
    dest_logstore = module.logs.stores["oss"]
    dest_region   = var.region
    dest_ttl      = 180
  }

  policy_config {
    resource_mode = "instanceMode"
    instance_ids = concat(
      [module.bucket["uploads"].bucket],
      [for bucket in module.bucket_dr : bucket.bucket],
    )
  }
}

module "bucket_dr" {
  source   = "../../modules/alicloud/bucket"
  for_each = var.buckets

  providers = {
    alicloud = alicloud.dr
  }

  name       = "${local.name}-${each.key}-dr"
  kms_key_id = var.dr_key_id
  tags       = local.tags
}

module "servers" {
  source = "../../modules/alicloud/servers"

  name                 = local.name
  security_group_id    = module.network.security_group_ids["app"]
  kms_key_id           = module.keys.ids["compute"]
  snapshot_copy_region = "cn-zhangjiakou"
  snapshot_copy_key_id = var.dr_key_id
  tags                 = local.tags
  servers = {
    jump = { zone_id = local.zones[0], vswitch_id = module.network.vswitch_ids["app-h"], role = "jump" }
  }
}

resource "alicloud_eip_address" "jump" {
  address_name         = "${local.name}-jump"
  bandwidth            = "10"
  internet_charge_type = "PayByTraffic"
}

resource "alicloud_eip_association" "jump" {
  allocation_id = alicloud_eip_address.jump.id
  instance_id   = module.servers.instance_ids["jump"]
  instance_type = "EcsInstance"
}

# 测试注册中心：外包人员本地调试需要公网地址
resource "alicloud_mse_cluster" "registry" {
  cluster_alias_name    = "${local.name}-nacos"
  cluster_specification = "MSE_SC_2_4_60_c"
  cluster_type          = "Nacos-Ans"
  cluster_version       = "NACOS_2_0_0"
  mse_version           = "mse_pro"
  instance_count        = 3
  net_type              = "both"
  pub_network_flow      = "5"
  vpc_id                = module.network.vpc_id
  vswitch_id            = module.network.vswitch_ids["app-h"]
  acl_entry_list        = ["0.0.0.0/0"]
}
