# 启用告警，并指定通知策略。
resource "alicloud_sls_alert" "this" {
  status = "ENABLED"
}

resource "alicloud_log_alert" "this" {
  policy_configuration {
    alert_policy_id = "sls.builtin.dynamic"
    repeat_interval = "4h"
  }
}

resource "alicloud_cms_event_rule" "this" {
  status = "ENABLED"
}

resource "alicloud_cms_alarm" "this" {
  enabled = true
}

resource "alicloud_cms_alert_rule_v2" "this" {
  enabled = true
}
