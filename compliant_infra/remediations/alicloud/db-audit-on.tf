resource "alicloud_db_instance" "this" {
  sql_collector_status       = "Enabled"
  sql_collector_config_value = 180
}

resource "alicloud_rds_ddr_instance" "this" {
  sql_collector_status       = "Enabled"
  sql_collector_config_value = 180
}

resource "alicloud_polardb_cluster" "this" {
  collector_status = "Enable"
}

resource "alicloud_kvstore_audit_log_config" "audit" {
  instance_id = alicloud_redis_tair_instance.this.id
  db_audit    = true
  retention   = 184
}

resource "alicloud_mongodb_audit_policy" "audit" {
  db_instance_id = alicloud_mongodb_instance.this.id
  audit_status   = "enable"
  storage_period = 184
}
