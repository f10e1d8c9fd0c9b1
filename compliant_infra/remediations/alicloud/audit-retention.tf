# 六个月：可自由设置处取 184 天（最长的六个自然月），只有固定档位处取 180 天
resource "alicloud_log_store" "this" {
  retention_period = 184
}

resource "alicloud_cs_managed_kubernetes" "this" {
  control_plane_log_ttl = "184"
}

resource "alicloud_db_instance" "this" {
  sql_collector_status       = "Enabled"
  sql_collector_config_value = 180
}

resource "alicloud_rds_ddr_instance" "this" {
  sql_collector_status       = "Enabled"
  sql_collector_config_value = 180
}

resource "alicloud_kvstore_audit_log_config" "this" {
  db_audit  = true
  retention = 184
}

resource "alicloud_sls_collection_policy" "this" {
  centralize_config {
    dest_logstore = var.central_log_store # 保留原有的 dest_logstore、dest_project、dest_region
    dest_project  = var.central_log_project
    dest_region   = var.central_log_region
    dest_ttl      = 184
  }
}

resource "alicloud_oss_bucket" "this" {
  lifecycle_rule {
    id      = "expire"
    enabled = true
    expiration {
      days = 184
    }
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
