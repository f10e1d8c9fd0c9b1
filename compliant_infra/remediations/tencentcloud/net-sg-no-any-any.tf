# 写明协议、端口与来源：每条规则只放行一种用途。
resource "tencentcloud_security_group_rule_set" "this" {
  ingress {
    action      = "ACCEPT"
    cidr_block  = "10.0.0.0/16"
    protocol    = "TCP"
    port        = "443"
    description = "内网访问 HTTPS"
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
  cidr_ip     = "10.0.0.0/16"
  description = "内网访问 HTTPS"
}
