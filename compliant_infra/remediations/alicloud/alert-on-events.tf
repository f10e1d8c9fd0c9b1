# 启用告警，并指定通知策略。
resource "alicloud_sls_alert" "this" {
  status = "ENABLED"
}

resource "alicloud_log_alert" "this" {
  policy_configuration {
    alert_policy_id  = "sls.builtin.dynamic"
    action_policy_id = var.alert_action_policy_id
    repeat_interval  = "4h"
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

variable "alert_action_policy_id" {
  description = "Action policy of Simple Log Service that says who is told of an alert"
  type        = string
  default     = "ops-on-call"
}
