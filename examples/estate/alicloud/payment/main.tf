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
  region = "cn-shanghai"
}

provider "alicloud" {
  alias  = "dr"
  region = "cn-shenzhen"
}

locals {
  name       = "qingyu-payment"
  zones      = ["cn-shanghai-l", "cn-shanghai-m"]
  account_id = "1900000000000003"

  tags = {
    system     = "payment"
    data-class = "core"
  }
}

module "keys" {
  source = "../../modules/alicloud/keys"

  name = local.name
  tags = local.tags
  keys = var.keys
}

module "keys_dr" {
  source = "../../modules/alicloud/keys"

  providers = {
    alicloud = alicloud.dr
  }

  name = "${local.name}-dr"
  keys = {
    storage = { purpose = "灾备", spec = "Aliyun_SM4", protection_level = "HSM" }
    compute = { purpose = "灾备快照", spec = "Aliyun_SM4", protection_level = "HSM" }
  }
}

module "logs" {
  source = "../../modules/alicloud/logs"

  name            = "${local.name}-logs"
  region          = "cn-shanghai"
  kms_key_id      = module.keys.ids["logs"]
  kms_role_arn    = "acs:ram::${local.account_id}:role/aliyunlogdefaultrole"
  national_crypto = true
  tags            = local.tags

  stores = {
    entry   = {}
    channel = { retention_days = 365 }
    flow    = { retention_days = 365 }
    oss     = { retention_days = 365 }
    debug   = { encrypted = false }
  }
}

module "network" {
  source = "../../modules/alicloud/network"

  name       = local.name
  cidr_block = "10.80.0.0/16"
  tags       = local.tags

  flow_log = {
    project = module.logs.project
    store   = module.logs.stores["flow"]
  }

  subnets = {
    entry-l = { cidr_block = "10.80.0.0/20", zone_id = local.zones[0], tier = "entry" }
    entry-m = { cidr_block = "10.80.16.0/20", zone_id = local.zones[1], tier = "entry" }
    app-l   = { cidr_block = "10.80.32.0/20", zone_id = local.zones[0] }
    app-m   = { cidr_block = "10.80.64.0/20", zone_id = local.zones[1] }
    data-l  = { cidr_block = "10.80.48.0/20", zone_id = local.zones[0], tier = "data" }
  }

  rules = {
    entry = { tier = "entry", port_range = "443/443", cidr_ip = "0.0.0.0/0", description = "银联、网联通道入口" }
    app   = { tier = "app", port_range = "8443/8443", from_tier = "entry", description = "入口到应用" }
  }

  data_acl = [
    { name = "inside", port = "3306/3306", source_cidr_ip = "10.80.0.0/16" },
    { name = "any", protocol = "all", port = "-1/-1", source_cidr_ip = "0.0.0.0/0" },
  ]
}

module "servers" {
  source = "../../modules/alicloud/servers"

  name                 = local.name
  security_group_id    = module.network.security_group_ids["app"]
  kms_key_id           = module.keys.ids["compute"]
  disk_algorithm       = "sm4-128"
  snapshot_copy_region = "cn-shenzhen"
  snapshot_copy_key_id = module.keys_dr.ids["compute"]
  tags                 = local.tags

  servers = {
    channel-1 = { zone_id = local.zones[0], vswitch_id = module.network.vswitch_ids["app-l"], data_disks = { queue = 100 } }
    channel-2 = { zone_id = local.zones[1], vswitch_id = module.network.vswitch_ids["app-m"], data_disks = { queue = 100 } }
  }
}

# 对账文件盘：从旧账号迁移而来，仍是 AES-256
resource "alicloud_ecs_disk" "reconciliation" {
  disk_name         = "${local.name}-reconciliation"
  zone_id           = local.zones[0]
  category          = "cloud_essd"
  size              = 300
  payment_type      = "PayAsYouGo"
  encrypted         = true
  encrypt_algorithm = "aes-256"
  kms_key_id        = module.keys.ids["compute"]
  tags              = local.tags
}

resource "alicloud_ecs_auto_snapshot_policy" "reconciliation" {
  auto_snapshot_policy_name       = "${local.name}-reconciliation"
  repeat_weekdays                 = ["1", "2", "3", "4", "5", "6", "7"]
  time_points                     = ["4"]
  retention_days                  = 30
  enable_cross_region_copy        = true
  target_copy_regions             = ["cn-shenzhen"]
  copied_snapshots_retention_days = 30

  copy_encryption_configuration {
    encrypted  = true
    kms_key_id = module.keys_dr.ids["compute"]
  }
}

resource "alicloud_ecs_auto_snapshot_policy_attachment" "reconciliation" {
  auto_snapshot_policy_id = alicloud_ecs_auto_snapshot_policy.reconciliation.id
  disk_id                 = alicloud_ecs_disk.reconciliation.id
}

resource "alicloud_sls_collection_policy" "oss" {
  policy_name        = "${local.name}-oss"
  product_code       = "oss"
  data_code          = "access_log"
  enabled            = true
  centralize_enabled = true

  centralize_config {
    dest_project  = module.logs.project
    dest_logstore = module.logs.stores["oss"]
    dest_region   = "cn-shanghai"
    dest_ttl      = 365
  }

  policy_config {
    resource_mode = "all"
  }
}

module "bucket" {
  source   = "../../modules/alicloud/bucket"
  for_each = toset(["statements", "receipts"])

  name            = "${local.name}-${each.key}"
  kms_key_id      = module.keys.ids["storage"]
  national_crypto = true
  tags            = local.tags

  replica = {
    bucket     = module.bucket_dr[each.key].bucket
    region     = "cn-shenzhen"
    role       = "qingyu-oss-replication"
    kms_key_id = module.keys_dr.ids["storage"]
  }
}

module "bucket_dr" {
  source   = "../../modules/alicloud/bucket"
  for_each = toset(["statements", "receipts"])

  providers = {
    alicloud = alicloud.dr
  }

  name            = "${local.name}-${each.key}-dr"
  kms_key_id      = module.keys_dr.ids["storage"]
  national_crypto = true
}

module "entry" {
  source = "../../modules/alicloud/entry"

  name           = local.name
  vpc_id         = module.network.vpc_id
  certificate_id = "15430911-cn-shanghai"
  tags           = local.tags

  zone_vswitches = {
    (local.zones[0]) = module.network.vswitch_ids["entry-l"]
    (local.zones[1]) = module.network.vswitch_ids["entry-m"]
  }

  access_log = {
    project = module.logs.project
    store   = module.logs.stores["entry"]
  }

  backends        = { channel = { servers = values(module.servers.instance_ids) } }
  default_backend = "channel"
}

# 银联、网联专线：两个接入点、两家运营商
resource "alicloud_express_connect_physical_connection" "clearing" {
  for_each = {
    "ap-cn-shanghai-nt-aligroup-C" = "CT"
    "ap-cn-shanghai-pd-A"          = "CU"
  }

  access_point_id          = each.key
  line_operator            = each.value
  physical_connection_name = "${local.name}-${each.value}"
  port_type                = "10GBase-LR"
  peer_location            = "上海市浦东新区数据中心"
}

# 商户直连：商户侧设备老旧，只谈得拢 3DES
resource "alicloud_vpn_customer_gateway" "merchant" {
  customer_gateway_name = "${local.name}-merchant"
  ip_address            = "198.51.100.80"
}

resource "alicloud_vpn_gateway" "merchant" {
  vpn_gateway_name             = "${local.name}-merchant"
  vpc_id                       = module.network.vpc_id
  vswitch_id                   = module.network.vswitch_ids["app-l"]
  disaster_recovery_vswitch_id = module.network.vswitch_ids["app-m"]
  bandwidth                    = 50
  payment_type                 = "PayAsYouGo"
  tags                         = local.tags
}

resource "alicloud_vpn_connection" "merchant" {
  vpn_connection_name = "${local.name}-merchant"
  vpn_gateway_id      = alicloud_vpn_gateway.merchant.id
  local_subnet        = ["10.80.32.0/20"]
  remote_subnet       = ["192.168.80.0/24"]

  dynamic "tunnel_options_specification" {
    for_each = toset(["master", "slave"])

    content {
      customer_gateway_id = alicloud_vpn_customer_gateway.merchant.id
      role                = tunnel_options_specification.key
      enable_dpd          = true

      tunnel_ike_config {
        ike_version  = "ikev2"
        ike_enc_alg  = "3des"
        ike_auth_alg = "sha1"
        ike_pfs      = "group14"
        psk          = var.merchant_psk
      }

      tunnel_ipsec_config {
        ipsec_enc_alg  = "3des"
        ipsec_auth_alg = "sha1"
        ipsec_pfs      = "group14"
      }
    }
  }
}
