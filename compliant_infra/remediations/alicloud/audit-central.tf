# 采集操作审计与 OSS 访问日志，统一保存到中心项目。
resource "alicloud_log_audit" "this" {
  variable_map = {
    actiontrail_enabled = "true"
    actiontrail_ttl     = "180"
    oss_access_enabled  = "true"
    oss_access_ttl      = "180"
    oss_sync_enabled    = "true"
    oss_sync_ttl        = "180"
  }
}

resource "alicloud_sls_collection_policy" "this" {
  enabled            = true
  centralize_enabled = true
  centralize_config {
    dest_project  = var.central_log_project
    dest_logstore = var.central_log_store
    dest_region   = var.central_log_region
    dest_ttl      = 180
  }
}

variable "central_log_project" {
  description = "Log project that takes the audit logs of all accounts and regions"
  type        = string
  default     = "central-logs"
}

variable "central_log_store" {
  description = "Logstore in that project"
  type        = string
  default     = "central"
}

variable "central_log_region" {
  description = "Region of that project"
  type        = string
  default     = "cn-hangzhou"
}
