# 8.1.4.2 to 8.1.4.9 on the database: private, over TLS, encrypted, audited, two zones, backups in a second region.
locals {
  tables = var.level.number >= 3 && var.kms_key != null
}

resource "alicloud_db_instance" "this" {
  instance_name            = var.name
  engine                   = "MySQL"
  engine_version           = var.engine_version
  category                 = "HighAvailability"
  instance_type            = var.instance_type
  instance_storage         = var.storage_gb
  db_instance_storage_type = "cloud_essd"
  instance_charge_type     = "Postpaid"
  deletion_protection      = true

  # Nobody connects but the application tier, and only with TLS (8.1.4.7).
  vpc_id           = var.vpc_id
  vswitch_id       = join(",", slice(var.vswitch_ids, 0, 2))
  zone_id          = var.zones[0]
  zone_id_slave_a  = var.zones[1]
  ha_config        = "Auto"
  security_ips     = [var.client_cidr_block]
  ssl_action       = "Open"
  force_encryption = 1

  # 8.1.4.8: disks; tables too where the level asks for keys of one's own.
  encryption_key     = var.kms_key == null ? "ServiceKey" : var.kms_key.id
  role_arn           = var.kms_key == null ? null : "acs:ram::${var.account_id}:role/aliyunrdsinstanceencryptiondefaultrole"
  tde_status         = local.tables ? "Enabled" : null
  tde_encryption_key = local.tables ? var.kms_key.id : null

  dynamic "parameters" {
    for_each = var.level.national_cryptography ? { innodb_encrypt_algorithm = "SM4_CTR" } : {}
    content {
      name  = parameters.key
      value = parameters.value
    }
  }

  # 8.1.4.3: who did what in the database.
  sql_collector_status       = "Enabled"
  sql_collector_config_value = var.level.sql_audit_days
  monitoring_period          = 60
  auto_upgrade_minor_version = "Auto"

  tags = var.tags
}

# 8.1.4.9
resource "alicloud_db_backup_policy" "this" {
  instance_id                 = alicloud_db_instance.this.id
  preferred_backup_period     = var.level.backup_weekdays
  backup_retention_period     = var.level.backup_retention_days
  enable_backup_log           = true
  log_backup_retention_period = var.level.backup_retention_days
  released_keep_policy        = "Lastest"
}

resource "alicloud_rds_instance_cross_backup_policy" "this" {
  instance_id         = alicloud_db_instance.this.id
  cross_backup_region = var.backup_region
  retention           = var.level.backup_retention_days
  log_backup_enabled  = "Enable"

  depends_on = [alicloud_db_backup_policy.this]
}

resource "alicloud_db_database" "this" {
  instance_id    = alicloud_db_instance.this.id
  data_base_name = var.database
  character_set  = "utf8mb4"
}

# 8.1.4.2: accounts for programs, each with what it needs. Passwords end in the state: it is kept encrypted.
resource "alicloud_rds_account" "this" {
  for_each = var.accounts

  db_instance_id   = alicloud_db_instance.this.id
  account_name     = each.value
  account_type     = "Normal"
  account_password = var.passwords[each.value]
}

resource "alicloud_db_account_privilege" "this" {
  for_each = var.accounts

  instance_id  = alicloud_db_instance.this.id
  account_name = alicloud_rds_account.this[each.value].account_name
  privilege    = "ReadWrite"
  db_names     = [alicloud_db_database.this.data_base_name]
}
