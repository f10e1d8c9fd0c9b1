resource "alicloud_kvstore_instance" "this" {
  db_instance_name            = var.name
  instance_type               = "Redis"
  engine_version              = "5.0"
  instance_class              = var.instance_class
  payment_type                = "PostPaid"
  vswitch_id                  = var.vswitch_id
  zone_id                     = var.zone_id
  secondary_zone_id           = var.standby_zone_id
  security_ips                = var.allow_list
  vpc_auth_mode               = var.password_required ? "Open" : "Close"
  password                    = var.password
  ssl_enable                  = "Enable"
  tde_status                  = "Enabled"
  encryption_key              = var.kms_key_id
  instance_release_protection = true
  backup_period               = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
  backup_time                 = "03:00Z-04:00Z"
  tags                        = var.tags
}

resource "alicloud_kvstore_audit_log_config" "this" {
  count = var.audit ? 1 : 0

  instance_id = alicloud_kvstore_instance.this.id
  db_audit    = true
  retention   = 180
}

output "connection_domain" {
  value = alicloud_kvstore_instance.this.connection_domain
}
