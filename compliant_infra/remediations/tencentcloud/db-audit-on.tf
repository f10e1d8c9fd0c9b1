resource "tencentcloud_mysql_audit_service" "audit" {
  instance_id    = tencentcloud_mysql_instance.this.id
  log_expire_day = 180
  audit_all      = true
}

resource "tencentcloud_cynosdb_audit_service" "audit" {
  instance_id    = tencentcloud_cynosdb_cluster.this.rw_group_instances[0].instance_id
  log_expire_day = 180
  audit_all      = true
}

# 已有按规则审计的，改为全审计。
resource "tencentcloud_mongodb_audit_service" "this" {
  audit_all = true
  dynamic "rule_filters" {
    for_each = []
    content {}
  }
}

resource "tencentcloud_mongodb_audit_service" "audit" {
  instance_id    = tencentcloud_mongodb_instance.this.id
  log_expire_day = 180
  audit_all      = true
}
