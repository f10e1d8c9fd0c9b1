# 日志集、存储桶一律位于境内地域
resource "tencentcloud_audit_track" "this" {
  storage {
    storage_name   = "audit" # 境内地域的日志集或存储桶
    storage_prefix = "audit"
    storage_region = "ap-guangzhou"
    storage_type   = "cls"
  }
}

resource "tencentcloud_vpc_flow_log" "this" {
  cloud_log_region = "ap-guangzhou"
}
