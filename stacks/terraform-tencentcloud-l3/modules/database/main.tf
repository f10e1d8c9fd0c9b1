# MySQL over two zones with a standby in the second region (8.1.2.1e, 8.1.4.9b, 8.1.4.9c), encrypted tables (8.1.4.8b),
# TLS (8.1.4.8a), a full audit log (8.1.4.3) and backups in both regions (8.1.4.9a).
resource "tencentcloud_mysql_instance" "this" {
  instance_name     = var.name
  engine_version    = "8.0"
  device_type       = "UNIVERSAL"
  charge_type       = "POSTPAID"
  mem_size          = var.memory_mb
  volume_size       = var.volume_gb
  availability_zone = var.zones[0]
  slave_deploy_mode = 1
  first_slave_zone  = var.zones[1]
  second_slave_zone = var.replicas > 1 ? element(var.zones, 2) : null
  # 1: a commit waits for one replica.
  slave_sync_mode  = 1
  vpc_id           = var.vpc_id
  subnet_id        = var.subnet_id
  security_groups  = var.security_group_ids
  intranet_port    = 3306
  internet_service = 0
  root_password    = var.root_password
  destroy_protect  = "on"
  tags             = var.tags
}

resource "tencentcloud_mysql_ssl" "this" {
  instance_id = tencentcloud_mysql_instance.this.id
  status      = "ON"
}

# Cannot be switched off again.
resource "tencentcloud_mysql_instance_encryption_operation" "this" {
  instance_id = tencentcloud_mysql_instance.this.id
  key_id      = var.kms_key_id
  key_region  = var.region

  depends_on = [tencentcloud_mysql_ssl.this]
}

resource "tencentcloud_mysql_audit_service" "this" {
  instance_id    = tencentcloud_mysql_instance.this.id
  log_expire_day = var.audit_days
  # The recent part lies on fast storage.
  high_log_expire_day = 7
  audit_all           = true

  depends_on = [tencentcloud_mysql_instance_encryption_operation.this]
}

# Passwords of accounts are long and mixed (8.1.4.1a).
resource "tencentcloud_mysql_password_complexity" "this" {
  instance_id = tencentcloud_mysql_instance.this.id

  dynamic "param_list" {
    for_each = {
      validate_password_length             = "12"
      validate_password_mixed_case_count   = "1"
      validate_password_number_count       = "1"
      validate_password_special_char_count = "1"
    }

    content {
      name          = param_list.key
      current_value = param_list.value
    }
  }

  depends_on = [tencentcloud_mysql_audit_service.this]
}

resource "tencentcloud_mysql_backup_policy" "this" {
  mysql_id         = tencentcloud_mysql_instance.this.id
  backup_model     = "physical"
  backup_time      = "02:00-06:00"
  retention_period = var.backup_days
  binlog_period    = var.backup_days

  # The instance takes one change at a time.
  depends_on = [tencentcloud_mysql_password_complexity.this]
}

resource "tencentcloud_mysql_backup_encryption_status" "this" {
  instance_id       = tencentcloud_mysql_instance.this.id
  encryption_status = "on"

  depends_on = [tencentcloud_mysql_backup_policy.this]
}

resource "tencentcloud_mysql_remote_backup_config" "this" {
  instance_id        = tencentcloud_mysql_instance.this.id
  remote_backup_save = "on"
  remote_binlog_save = "on"
  remote_region      = [var.standby_region]
  expire_days        = var.backup_days

  depends_on = [tencentcloud_mysql_backup_encryption_status.this]
}

# A live standby in the second region: promoted by hand in a disaster.
resource "tencentcloud_mysql_dr_instance" "standby" {
  provider = tencentcloud.standby

  instance_name      = "${var.name}-standby"
  master_instance_id = tencentcloud_mysql_instance.this.id
  master_region      = var.region
  charge_type        = "POSTPAID"
  mem_size           = var.memory_mb
  volume_size        = var.volume_gb
  availability_zone  = var.standby_zones[0]
  slave_deploy_mode  = 1
  first_slave_zone   = var.standby_zones[1]
  slave_sync_mode    = 0
  vpc_id             = var.standby_vpc_id
  subnet_id          = var.standby_subnet_id
  security_groups    = var.standby_security_group_ids
  intranet_port      = 3306
  tags               = var.tags

  # The instance is finished before it is copied.
  depends_on = [tencentcloud_mysql_remote_backup_config.this]
}

# The account of the applications: made and rotated by Secrets Manager, read by the servers through their role; nobody
# knows the password (8.1.4.1a).
resource "tencentcloud_ssm_product_secret" "app" {
  secret_name      = "${var.name}-database"
  description      = "Account of the applications of ${var.name}."
  product_name     = "Mysql"
  instance_id      = tencentcloud_mysql_instance.this.id
  user_name_prefix = "app"
  domains          = [join(".", concat(slice(split(".", var.app_network), 0, 2), ["%"]))]
  kms_key_id       = var.secret_kms_key_id
  status           = "Enabled"

  enable_rotation     = true
  rotation_begin_time = "2026-01-01 18:00:00"
  rotation_frequency  = 30

  privileges_list {
    privilege_name = "GlobalPrivileges"
    privileges     = ["SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "INDEX", "ALTER"]
  }

  tags = var.tags

  depends_on = [tencentcloud_mysql_remote_backup_config.this]
}
