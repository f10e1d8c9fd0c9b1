# 历史系统：代理人渠道，计划 2027 年下线
resource "alicloud_slb_load_balancer" "agents" {
  load_balancer_name = "${local.name}-agents"
  address_type       = "intranet"
  vswitch_id         = module.network.vswitch_ids["app-h"]
  master_zone_id     = local.zones[0]
  slave_zone_id      = local.zones[1]
  load_balancer_spec = "slb.s2.medium"
  delete_protection  = "on"
  tags               = local.tags
}

resource "alicloud_slb_server_group" "agents" {
  load_balancer_id = alicloud_slb_load_balancer.agents.id
  name             = "agents"
}

# 只有代理人渠道的办公网段可以访问
resource "alicloud_slb_acl" "agents" {
  name = "${local.name}-agents"
  tags = local.tags

  entry_list {
    entry   = "10.64.0.0/14"
    comment = "分支机构专网"
  }
}

resource "alicloud_slb_listener" "agents_https" {
  load_balancer_id      = alicloud_slb_load_balancer.agents.id
  protocol              = "https"
  frontend_port         = 443
  backend_port          = 8443
  server_group_id       = alicloud_slb_server_group.agents.id
  server_certificate_id = var.certificate_id
  acl_status            = "on"
  acl_type              = "white"
  acl_ids               = [alicloud_slb_acl.agents.id]
}

resource "alicloud_slb_listener" "agents_redirect" {
  load_balancer_id = alicloud_slb_load_balancer.agents.id
  protocol         = "http"
  frontend_port    = 80
  listener_forward = "on"
  forward_port     = 443
  acl_status       = "on"
  acl_type         = "white"
  acl_ids          = [alicloud_slb_acl.agents.id]
}

resource "alicloud_ecs_disk" "archive" {
  disk_name    = "${local.name}-archive"
  zone_id      = local.zones[0]
  category     = "cloud_essd"
  size         = 2000
  payment_type = "PayAsYouGo"
  encrypted    = false
  tags         = local.tags
}

# 使用账号里早年手工创建的密钥
data "alicloud_kms_keys" "legacy" {
  description_regex = "^qingyu-legacy"
}

resource "alicloud_ecs_disk" "ledger" {
  disk_name    = "${local.name}-ledger"
  zone_id      = local.zones[1]
  category     = "cloud_essd"
  size         = 500
  payment_type = "PayAsYouGo"
  encrypted    = true
  kms_key_id   = data.alicloud_kms_keys.legacy.keys[0].id
  tags         = local.tags
}

resource "alicloud_ecs_auto_snapshot_policy_attachment" "legacy" {
  for_each = {
    archive = alicloud_ecs_disk.archive.id
    ledger  = alicloud_ecs_disk.ledger.id
  }

  auto_snapshot_policy_id = alicloud_ecs_auto_snapshot_policy.legacy.id
  disk_id                 = each.value
}

resource "alicloud_ecs_auto_snapshot_policy" "legacy" {
  auto_snapshot_policy_name       = "${local.name}-legacy"
  repeat_weekdays                 = ["1", "3", "5", "7"]
  time_points                     = ["3"]
  retention_days                  = 30
  enable_cross_region_copy        = true
  target_copy_regions             = [var.dr_region]
  copied_snapshots_retention_days = 30
  tags                            = local.tags
}

# 与香港再保公司的专线改造前的过渡方案
resource "alicloud_vpc_peer_connection" "reinsurance" {
  peer_connection_name = "${local.name}-reinsurance"
  vpc_id               = module.network.vpc_id
  accepting_region_id  = "cn-hongkong"
  accepting_vpc_id     = "vpc-j6c0hk0reinsurance"
  accepting_ali_uid    = 1900000000000099
}

# 数据迁移跳板，只在迁移窗口内存在
resource "alicloud_instance" "migration" {
  count = var.enable_migration_host ? 1 : 0

  instance_name              = "${local.name}-migration"
  instance_type              = "ecs.g7.large"
  image_id                   = "aliyun_3_x64_20G_alibase_20250117.vhd"
  vswitch_id                 = module.network.vswitch_ids["app-i"]
  security_groups            = [module.network.security_group_ids["app"]]
  internet_max_bandwidth_out = 20
  http_tokens                = "required"
  key_name                   = "qingyu-ops"
  role_name                  = "qingyu-ecs"
  deletion_protection        = true

  security_enhancement_strategy = "Active"

  image_options {
    login_as_non_root = true
  }

  system_disk_category                = "cloud_essd"
  system_disk_encrypted               = true
  system_disk_kms_key_id              = module.keys.ids["compute"]
  system_disk_auto_snapshot_policy_id = alicloud_ecs_auto_snapshot_policy.legacy.id
}

# 由集团安全部统一维护，不在本仓库
module "threat_detection" {
  source = "git::https://git.qingyu-insurance.example/platform/terraform-threat-detection.git?ref=v2.3.0"

  vpc_id = module.network.vpc_id
}
