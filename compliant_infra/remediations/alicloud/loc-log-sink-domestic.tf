# 日志项目、存储桶一律位于境内地域
resource "alicloud_actiontrail_trail" "this" {
  sls_project_arn = var.audit_log_project_arn
}

# 旧资源名
resource "alicloud_actiontrail" "this" {
  sls_project_arn = var.audit_log_project_arn
}

resource "alicloud_actiontrail_global_events_storage_region" "this" {
  storage_region = var.central_log_region
}

resource "alicloud_sls_collection_policy" "this" {
  centralize_config {
    dest_region   = var.central_log_region
    dest_project  = var.central_log_project # 保留原有的 dest_project、dest_logstore
    dest_logstore = var.central_log_store
    dest_ttl      = 184
  }
}

resource "alicloud_sls_oss_export_sink" "this" {
  configuration {
    logstore = var.log_export_store # 保留原有的其他参数，只改 endpoint
    role_arn = var.log_export_role_arn
    sink {
      bucket           = var.log_export_bucket
      role_arn         = var.log_export_role_arn
      endpoint         = "https://oss-${var.central_log_region}-internal.aliyuncs.com"
      prefix           = ""
      suffix           = ""
      time_zone        = "+0800"
      content_type     = "json"
      compression_type = "none"
      content_detail   = jsonencode({ enableTag = false })
      buffer_interval  = "300"
      buffer_size      = "256"
    }
    from_time = 1
    to_time   = 0
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

variable "audit_log_project_arn" {
  description = "Log project in mainland China that takes the events of the trail"
  type        = string
  default     = "acs:log:cn-hangzhou:1234567890123456:project/audit"
}

variable "log_export_store" {
  description = "Logstore that is exported"
  type        = string
  default     = "app"
}

variable "log_export_bucket" {
  description = "Bucket that takes the exported logs"
  type        = string
  default     = "archive"
}

variable "log_export_role_arn" {
  description = "Role that Simple Log Service takes on for the export"
  type        = string
  default     = "acs:ram::1234567890123456:role/sls"
}
