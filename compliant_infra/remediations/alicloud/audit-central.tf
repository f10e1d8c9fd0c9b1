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
    dest_project  = "central-logs"
    dest_logstore = "central"
    dest_region   = "cn-hangzhou"
    dest_ttl      = 180
  }
}
