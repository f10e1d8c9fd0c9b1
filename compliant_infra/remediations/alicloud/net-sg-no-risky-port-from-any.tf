# 只对需要的来源网段开放；管理端口经堡垒机访问。
resource "alicloud_security_group_rule" "this" {
  cidr_ip        = var.client_cidr
  ipv6_cidr_ip   = null
  prefix_list_id = null
}

variable "client_cidr" {
  description = "Network that may reach the port"
  type        = string
  default     = "10.0.0.0/16"
}
