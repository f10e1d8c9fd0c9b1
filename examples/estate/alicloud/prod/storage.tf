module "bucket" {
  source   = "../../modules/alicloud/bucket"
  for_each = var.buckets

  name       = "${local.name}-${each.key}"
  kms_key_id = module.keys.ids["storage"]
  versioning = each.value.versioning
  readers    = each.value.readers
  tags       = local.tags

  replica = each.value.replicated ? {
    bucket     = module.bucket_dr[each.key].bucket
    region     = var.dr_region
    role       = "qingyu-oss-replication"
    kms_key_id = module.keys_dr.ids["storage"]
  } : null
}

# OSS 访问日志：账号内所有存储桶统一采集，归入日志项目
resource "alicloud_sls_collection_policy" "oss" {
  policy_name        = "${local.name}-oss"
  product_code       = "oss"
  data_code          = "access_log"
  enabled            = true
  centralize_enabled = true

  centralize_config {
    dest_project  = module.logs.project
    dest_logstore = module.logs.stores["oss"]
    dest_region   = var.region
    dest_ttl      = 365
  }

  policy_config {
    resource_mode = "all"
  }
}

# 理算影像上传加速，海外救援网点反映上传慢
resource "alicloud_oss_bucket_transfer_acceleration" "imaging" {
  bucket  = module.bucket["imaging"].bucket
  enabled = true
}

# 异地副本
module "bucket_dr" {
  source   = "../../modules/alicloud/bucket"
  for_each = { for name, bucket in var.buckets : name => bucket if bucket.replicated }

  providers = {
    alicloud = alicloud.dr
  }

  name       = "${local.name}-${each.key}-dr"
  kms_key_id = module.keys_dr.ids["storage"]
  versioning = each.value.versioning
  tags       = local.tags
}

resource "alicloud_nas_access_group" "batch" {
  access_group_name = "${local.name}-batch"
  access_group_type = "Vpc"
}

# 批处理共享目录（2021 年创建，创建后无法改为加密）
resource "alicloud_nas_file_system" "batch" {
  protocol_type = "NFS"
  storage_type  = "Performance"
  description   = "batch exchange"
  encrypt_type  = 0
  zone_id       = local.zones[0]
}

resource "alicloud_nas_access_rule" "batch" {
  for_each = {
    app    = { cidr = "10.20.16.0/20", priority = 1 }
    branch = { cidr = "0.0.0.0/0", priority = 2 } # 分公司网段太多，先全部放开
  }

  access_group_name = alicloud_nas_access_group.batch.access_group_name
  source_cidr_ip    = each.value.cidr
  rw_access_type    = "RDWR"
  user_access_type  = "root_squash"
  priority          = each.value.priority
}

resource "alicloud_nas_mount_target" "batch" {
  file_system_id    = alicloud_nas_file_system.batch.id
  access_group_name = alicloud_nas_access_group.batch.access_group_name
  vswitch_id        = module.network.vswitch_ids["app-h"]
}

resource "alicloud_nas_file_system" "reports" {
  protocol_type = "NFS"
  storage_type  = "Capacity"
  description   = "reports"
  encrypt_type  = 2
  kms_key_id    = module.keys.ids["storage"]
  zone_id       = local.zones[1]
}

# 报表目录每天备份到云备份，并复制到异地
resource "alicloud_hbr_vault" "files" {
  vault_name   = "${local.name}-files"
  vault_type   = "STANDARD"
  encrypt_type = "KMS"
  kms_key_id   = module.keys.ids["storage"]
  worm_enabled = true # 保留期内任何人都不能删除备份
  tags         = local.tags
}

resource "alicloud_hbr_policy" "files" {
  policy_name = "${local.name}-files"

  rules {
    rule_type   = "BACKUP"
    backup_type = "COMPLETE"
    schedule    = "I|1706745600|P1D"
    retention   = 30
    vault_id    = alicloud_hbr_vault.files.id
  }

  rules {
    rule_type             = "REPLICATION"
    retention             = 30
    replication_region_id = var.dr_region
  }
}

resource "alicloud_hbr_policy_binding" "files" {
  for_each = {
    batch   = alicloud_nas_file_system.batch.id
    reports = alicloud_nas_file_system.reports.id
  }

  source_type    = "NAS"
  policy_id      = alicloud_hbr_policy.files.id
  data_source_id = each.value
}
