# 访问日志写入已有的日志项目；WAF 日志请配合 alicloud_sls_collection_policy 采集。
resource "alicloud_alb_load_balancer" "this" {
  access_log_config {
    log_project = "edge-logs"
    log_store   = "alb"
  }
}

resource "alicloud_cloud_firewall_instance" "this" {
  cfw_log = true
}

resource "alicloud_cloud_firewall_instance_v2" "this" {
  cfw_log = true
}
