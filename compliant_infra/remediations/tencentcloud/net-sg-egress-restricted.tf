# 出方向只放行业务需要的目的地与端口，最后一条拒绝其余全部流量。
resource "tencentcloud_security_group_rule_set" "this" {
  egress {
    action          = "ACCEPT"
    ipv6_cidr_block = null
    cidr_block      = var.outbound_cidr
  }
}

resource "tencentcloud_security_group_lite_rule" "this" {
  egress = [
    "ACCEPT#0.0.0.0/0#443#TCP",
    "DROP#0.0.0.0/0#ALL#ALL",
  ]
}

resource "tencentcloud_security_group_rule" "this" {
  cidr_ip = var.outbound_cidr
}

variable "outbound_cidr" {
  description = "Network that the members of the security groups have to reach"
  type        = string
  default     = "10.0.0.0/16"
}
