# 日志项目、存储桶一律位于境内地域
resource "alicloud_actiontrail_trail" "this" {
  sls_project_arn = "acs:log:cn-hangzhou:1234567890123456:project/audit"
}

# 旧资源名
resource "alicloud_actiontrail" "this" {
  sls_project_arn = "acs:log:cn-hangzhou:1234567890123456:project/audit"
}

resource "alicloud_actiontrail_global_events_storage_region" "this" {
  storage_region = "cn-hangzhou"
}

resource "alicloud_sls_collection_policy" "this" {
  centralize_config {
    dest_region   = "cn-hangzhou"
    dest_project  = "center" # 保留原有的 dest_project、dest_logstore
    dest_logstore = "center"
    dest_ttl      = 184
  }
}

resource "alicloud_sls_oss_export_sink" "this" {
  configuration {
    logstore = "app" # 保留原有的其他参数，只改 endpoint
    role_arn = "acs:ram::1234567890123456:role/sls"
    sink {
      bucket           = "archive"
      role_arn         = "acs:ram::1234567890123456:role/sls"
      endpoint         = "https://oss-cn-hangzhou-internal.aliyuncs.com"
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
