resource "alicloud_db_instance" "this" {
  instance_name            = var.name
  engine                   = "MySQL"
  engine_version           = "8.0"
  category                 = "HighAvailability"
  instance_type            = var.instance_type
  instance_storage         = var.storage_gb
  db_instance_storage_type = "cloud_essd"
  instance_charge_type     = "Postpaid"

  vswitch_id         = var.vswitch_id
  zone_id            = var.zone_id
  zone_id_slave_a    = var.standby_zone_id
  security_ips       = var.allow_list
  security_group_ids = var.security_group_ids

  encryption_key   = var.kms_key_id
  ssl_action       = "Open"
  force_encryption = 1

  sql_collector_status       = "Enabled"
  sql_collector_config_value = 180
  deletion_protection        = var.deletion_protection
  tags                       = var.tags

  dynamic "parameters" {
    for_each = var.parameters

    content {
      name  = parameters.key
      value = parameters.value
    }
  }
}

resource "alicloud_db_backup_policy" "this" {
  instance_id                 = alicloud_db_instance.this.id
  preferred_backup_period     = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
  preferred_backup_time       = "02:00Z-03:00Z"
  backup_retention_period     = var.backup_retention_days
  enable_backup_log           = true
  log_backup_retention_period = var.backup_retention_days
  released_keep_policy        = "Lastest"
}

# 异地备份：同城故障之外的最后一道保障
resource "alicloud_rds_instance_cross_backup_policy" "this" {
  count = var.cross_backup_region == null ? 0 : 1

  instance_id         = alicloud_db_instance.this.id
  cross_backup_region = var.cross_backup_region
  log_backup_enabled  = "Enable"
  retention           = 30
}

resource "alicloud_db_database" "this" {
  for_each = var.databases

  instance_id    = alicloud_db_instance.this.id
  data_base_name = each.key
  character_set  = each.value.character_set
  description    = each.value.description
}

resource "alicloud_rds_account" "app" {
  db_instance_id   = alicloud_db_instance.this.id
  account_name     = var.account.name
  account_password = var.account.password
  account_type     = "Normal"
}
