# 访问日志写入已有的日志项目；WAF 日志请配合 alicloud_sls_collection_policy 采集。
resource "alicloud_alb_load_balancer" "this" {
  access_log_config {
    log_project = var.edge_log_project
    log_store   = var.edge_log_store
  }
}

resource "alicloud_cloud_firewall_instance" "this" {
  cfw_log = true
}

resource "alicloud_cloud_firewall_instance_v2" "this" {
  cfw_log = true
}

variable "edge_log_project" {
  description = "Log project for the access logs of load balancers, in their region"
  type        = string
  default     = "edge-logs"
}

variable "edge_log_store" {
  description = "Logstore in that project; its name starts with alb_"
  type        = string
  default     = "alb_access"
}
