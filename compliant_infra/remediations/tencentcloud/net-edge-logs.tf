# 七层访问日志写入已有的 CLS 日志集与主题。
resource "tencentcloud_clb_instance" "this" {
  log_set_id   = var.access_log_set_id
  log_topic_id = var.access_log_topic_id
}

resource "tencentcloud_waf_clb_domain" "this" {
  cls_status = 1
}

resource "tencentcloud_waf_saas_domain" "this" {
  cls_status = 1
}

variable "access_log_set_id" {
  description = "CLS log set for the access logs of load balancers"
  type        = string
  default     = "1f8b2f0e-6a51-4d0c-9d4b-9d9f0a3d1c11"
}

variable "access_log_topic_id" {
  description = "CLS topic for the access logs of load balancers"
  type        = string
  default     = "0e71c5a2-3b1c-4f0a-9a57-2f0b1d3f8f55"
}
