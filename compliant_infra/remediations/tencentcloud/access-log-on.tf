# 访问日志写入集中的日志桶（该桶自身不必再记录）。
resource "tencentcloud_cos_bucket" "this" {
  log_enable        = true
  log_target_bucket = "central-access-logs-1250000000"
  log_prefix        = "cos/"
}
