# 写明协议、端口与来源：每条规则只放行一种用途。
resource "tencentcloud_security_group_rule_set" "this" {
  ingress {
    action          = "ACCEPT"
    protocol        = "TCP"
    port            = "443"
    description     = "内网访问 HTTPS"
    ipv6_cidr_block = null
    cidr_block      = var.allowed_cidr
  }
}

resource "tencentcloud_security_group_lite_rule" "this" {
  ingress = [
    "ACCEPT#10.0.0.0/16#443#TCP",
  ]
}

resource "tencentcloud_security_group_rule" "this" {
  ip_protocol = "TCP"
  port_range  = "443"
  description = "内网访问 HTTPS"
  cidr_ip     = var.allowed_cidr
}

variable "allowed_cidr" {
  description = "Network of your own that may reach the members of the security groups"
  type        = string
  default     = "10.0.0.0/16"
}
