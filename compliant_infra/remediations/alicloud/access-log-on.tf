# 访问日志写入集中的日志桶（该桶自身不必再记录）。
resource "alicloud_oss_bucket" "this" {
  logging {
    target_bucket = var.access_log_bucket
    target_prefix = "oss/"
  }
}

resource "alicloud_apig_gateway" "this" {
  log_config {
    sls {
      enable = true
    }
  }
}

resource "alicloud_fcv3_function" "this" {
  log_config {
    project  = var.function_log_project
    logstore = var.function_log_store
  }
}

resource "alicloud_fc_service" "this" {
  log_config {
    project  = var.function_log_project
    logstore = var.function_log_store
  }
}

variable "access_log_bucket" {
  description = "Bucket in the same region that takes the access logs of other buckets"
  type        = string
  default     = "central-access-logs"
}

variable "function_log_project" {
  description = "Log project for the invocations of functions"
  type        = string
  default     = "fc-logs"
}

variable "function_log_store" {
  description = "Logstore in that project"
  type        = string
  default     = "invocations"
}
