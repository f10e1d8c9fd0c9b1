# 访问日志写入集中的日志桶（该桶自身不必再记录）。
resource "alicloud_oss_bucket" "this" {
  logging {
    target_bucket = "central-access-logs"
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
    project  = "fc-logs"
    logstore = "invocations"
  }
}

resource "alicloud_fc_service" "this" {
  log_config {
    project  = "fc-logs"
    logstore = "invocations"
  }
}
