# 启用告警，并指定通知谁。
resource "tencentcloud_cls_alarm" "this" {
  status = true
}

resource "tencentcloud_monitor_alarm_policy" "this" {
  enable     = 1
  notice_ids = var.notice_ids
}

resource "tencentcloud_eb_event_rule" "this" {
  enable = true
}

variable "notice_ids" {
  description = "Notice templates of whoever is on duty"
  type        = list(string)
  default     = ["notice-qy0001"]
}
