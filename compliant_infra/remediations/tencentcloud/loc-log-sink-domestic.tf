# 日志集、存储桶一律位于境内地域
resource "tencentcloud_audit_track" "this" {
  storage {
    storage_name   = "audit" # 境内地域的日志集或存储桶
    storage_prefix = "audit"
    storage_region = var.log_region
    storage_type   = "cls"
  }
}

resource "tencentcloud_vpc_flow_log" "this" {
  cloud_log_region = var.log_region
}

variable "log_region" {
  description = "Region in mainland China in which the logs are kept"
  type        = string
  default     = "ap-guangzhou"
}
