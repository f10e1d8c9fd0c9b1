resource "tencentcloud_mysql_instance" "this" {
  instance_name     = var.name
  engine_version    = "8.0"
  mem_size          = var.mem_size
  volume_size       = var.volume_size
  vpc_id            = var.vpc_id
  subnet_id         = var.subnet_id
  security_groups   = var.security_group_ids
  intranet_port     = 3306
  internet_service  = var.internet_service
  availability_zone = var.zone
  first_slave_zone  = var.standby_zone
  slave_deploy_mode = 1
  slave_sync_mode   = 1
  root_password     = var.root_password
  destroy_protect   = "on"
  tags              = var.tags
}

resource "tencentcloud_mysql_ssl" "this" {
  instance_id = tencentcloud_mysql_instance.this.id
  status      = var.tls
}

resource "tencentcloud_mysql_instance_encryption_operation" "this" {
  count = var.encrypted ? 1 : 0

  instance_id = tencentcloud_mysql_instance.this.id
  key_id      = var.kms_key_id
  key_region  = var.region
}

resource "tencentcloud_mysql_audit_service" "this" {
  instance_id    = tencentcloud_mysql_instance.this.id
  log_expire_day = var.audit_days
  audit_all      = true
}

resource "tencentcloud_mysql_backup_policy" "this" {
  mysql_id         = tencentcloud_mysql_instance.this.id
  backup_model     = "physical"
  backup_time      = "02:00-06:00"
  retention_period = var.backup_retention_days
  binlog_period    = var.backup_retention_days
}

resource "tencentcloud_mysql_remote_backup_config" "this" {
  count = var.remote_backup_region == null ? 0 : 1

  instance_id        = tencentcloud_mysql_instance.this.id
  remote_backup_save = "on"
  remote_binlog_save = "on"
  remote_region      = [var.remote_backup_region]
  expire_days        = 30
}

output "id" {
  value = tencentcloud_mysql_instance.this.id
}
