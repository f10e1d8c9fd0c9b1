# The cache, guarded as the database is: private, TLS, accounts, encrypted, audited, two zones (8.1.4.1 to 8.1.4.9).
resource "alicloud_kvstore_instance" "this" {
  db_instance_name            = var.name
  instance_type               = "Redis"
  engine_version              = "5.0"
  instance_class              = var.instance_class
  payment_type                = "PostPaid"
  instance_release_protection = true

  vswitch_id        = var.vswitch_ids[0]
  zone_id           = var.zones[0]
  secondary_zone_id = var.zones[1]
  security_ips      = [var.client_cidr_block]
  vpc_auth_mode     = "Open"
  ssl_enable        = "Enable"

  # Tair encrypts with AES only; there is no SM4 for it.
  tde_status      = "Enabled"
  encryption_name = "AES-CTR-256"
  encryption_key  = var.kms_key.id
  role_arn        = "acs:ram::${var.account_id}:role/aliyunrdsinstanceencryptiondefaultrole"

  backup_period = var.level.backup_weekdays
  backup_time   = "18:00Z-19:00Z"

  tags = var.tags
}

resource "alicloud_kvstore_account" "this" {
  instance_id       = alicloud_kvstore_instance.this.id
  account_name      = "application"
  account_privilege = "RoleReadWrite"
  account_password  = var.password
}

resource "alicloud_kvstore_audit_log_config" "this" {
  instance_id = alicloud_kvstore_instance.this.id
  db_audit    = true
  retention   = var.level.log_retention_days
}
