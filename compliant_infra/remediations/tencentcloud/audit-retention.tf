# 六个月：日志主题取 184 天（最长的六个自然月）；数据库审计只有固定档位，取 180 天
resource "tencentcloud_cls_topic" "this" {
  period = 184
}

resource "tencentcloud_cynosdb_audit_service" "this" {
  log_expire_day = 180
}

resource "tencentcloud_postgres_audit_service" "this" {
  log_expire_day = 180
}

resource "tencentcloud_redis_audit_log" "this" {
  log_expire_day = 180
}
