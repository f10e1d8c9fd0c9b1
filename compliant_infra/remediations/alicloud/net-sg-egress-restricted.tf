# 出方向只放行业务需要的端口；内网目的地另写规则。
resource "alicloud_security_group_rule" "this" {
  ip_protocol = "tcp"
  port_range  = var.egress_port_range
}

variable "egress_port_range" {
  description = "Ports that the members of the group call"
  type        = string
  default     = "443/443"
}
