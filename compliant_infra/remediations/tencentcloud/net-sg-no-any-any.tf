# 写明协议、端口与来源：每条规则只放行一种用途。
resource "tencentcloud_security_group_rule_set" "this" {
  ingress {
    action          = "ACCEPT"
    protocol        = "TCP"
    port            = var.service_port
    description     = "内网访问"
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
  cidr_ip = var.allowed_cidr
}

variable "allowed_cidr" {
  description = "Network of your own that may reach the members of the security groups"
  type        = string
  default     = "10.0.0.0/16"
}

variable "service_port" {
  description = "Port of the service to which the rule lets in"
  type        = string
  default     = "443"
}
