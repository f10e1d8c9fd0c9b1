# 访问日志写入集中的日志桶（该桶自身不必再记录）。
resource "tencentcloud_cos_bucket" "this" {
  log_enable        = true
  log_target_bucket = var.access_log_bucket
  log_prefix        = "cos/"
}

variable "access_log_bucket" {
  description = "Bucket that collects the access logs of buckets, in the same region, with the APPID"
  type        = string
  default     = "central-access-logs-1250000000"
}
