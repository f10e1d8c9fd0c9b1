# 8.1.3.5 and 8.1.5.4: logs in one place, kept for as long as the level asks, encrypted.
resource "alicloud_log_project" "this" {
  project_name = var.name
  description  = "Logs and audit records"
  tags         = var.tags
}

# Log Service uses the key by this role.
resource "alicloud_ram_role" "key" {
  count = var.kms_key == null ? 0 : 1

  role_name            = "${var.name}-log-key"
  description          = "Lets Simple Log Service use the key of the logs"
  max_session_duration = var.level.role_session_seconds
  assume_role_policy_document = jsonencode({
    Version = "1"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["log.aliyuncs.com"] }
    }]
  })
  tags = var.tags
}

resource "alicloud_ram_role_policy_attachment" "key" {
  for_each = var.kms_key == null ? toset([]) : toset(["AliyunKMSCryptoUserAccess", "AliyunKMSReadOnlyAccess"])

  role_name   = alicloud_ram_role.key[0].role_name
  policy_type = "System"
  policy_name = each.value
}

resource "alicloud_log_store" "this" {
  for_each = var.stores

  project_name          = alicloud_log_project.this.project_name
  logstore_name         = each.key
  retention_period      = var.level.log_retention_days
  shard_count           = 2
  auto_split            = true
  max_split_shard_count = 16
  append_meta           = true
  enable_web_tracking   = false

  dynamic "encrypt_conf" {
    for_each = var.kms_key == null ? [] : [var.kms_key]
    content {
      enable       = true
      encrypt_type = var.level.national_cryptography ? "m4" : "default"
      user_cmk_info {
        cmk_key_id = encrypt_conf.value.id
        arn        = alicloud_ram_role.key[0].arn
        region_id  = var.region
      }
    }
  }

  depends_on = [alicloud_ram_role_policy_attachment.key]
}

resource "alicloud_log_store_index" "this" {
  for_each = var.stores

  project  = alicloud_log_project.this.project_name
  logstore = alicloud_log_store.this[each.key].logstore_name

  full_text {
    case_sensitive  = false
    include_chinese = true
    token           = ", '\";=()[]{}?@&<>/:\n\t\r"
  }

  # What alerts search for in the events of the account.
  dynamic "field_search" {
    for_each = each.key == var.event_store ? ["event"] : []
    content {
      name             = field_search.value
      type             = "json"
      enable_analytics = true
      token            = ", '\";=()[]{}?@&<>/:\n\t\r"

      dynamic "json_keys" {
        for_each = [
          "acsRegion", "errorCode", "errorMessage", "eventName", "eventRW", "eventSource", "eventType", "serviceName",
          "sourceIpAddress", "userIdentity.accessKeyId", "userIdentity.type", "userIdentity.userName",
        ]
        content {
          name      = json_keys.value
          type      = "text"
          doc_value = true
        }
      }
    }
  }
}
