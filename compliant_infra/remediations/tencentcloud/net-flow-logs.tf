# 为该私有网络开启流日志，写入已有的 CLS 日志主题。
resource "tencentcloud_vpc_flow_log" "all_traffic" {
  flow_log_name = "all-traffic"
  resource_type = "VPC"
  resource_id   = tencentcloud_vpc.this.id
  vpc_id        = tencentcloud_vpc.this.id
  traffic_type  = "ALL"
  storage_type  = "cls"
  cloud_log_id  = var.flow_log_topic_id
}

variable "flow_log_topic_id" {
  description = "CLS topic that collects the flow logs, in the same region"
  type        = string
  default     = "0e71c5a2-3b1c-4f0a-9a57-2f0b1d3f8f55"
}

# An existing flow log of a VPC that lies elsewhere.
resource "tencentcloud_vpc_flow_log" "this" {
  traffic_type = "ALL"
}
