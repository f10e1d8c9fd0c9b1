# 为该 VPC 开启流日志，写入已有的日志项目。
resource "alicloud_vpc_flow_log" "all_traffic" {
  flow_log_name  = "all-traffic"
  resource_id    = alicloud_vpc.this.id
  resource_type  = "VPC"
  traffic_type   = "All"
  status         = "Active"
  project_name   = var.flow_log_project
  log_store_name = var.flow_log_store
}

variable "flow_log_project" {
  description = "Log project in the region of the VPC that takes its flow log"
  type        = string
  default     = "security-logs"
}

variable "flow_log_store" {
  description = "Logstore in that project"
  type        = string
  default     = "vpc-flow"
}

# 已有的流日志：改为采集全部流量。
resource "alicloud_vpc_flow_log" "this" {
  traffic_type = "All"
  status       = "Active"
}
