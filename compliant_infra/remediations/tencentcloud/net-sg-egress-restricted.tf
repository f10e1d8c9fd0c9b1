# 出方向只放行业务需要的端口，最后一条拒绝其余全部流量。
resource "tencentcloud_security_group_rule_set" "this" {
  egress {
    action      = "ACCEPT"
    cidr_block  = "0.0.0.0/0"
    protocol    = "TCP"
    port        = "443"
    description = "出网 HTTPS"
  }

  egress {
    action      = "DROP"
    cidr_block  = "0.0.0.0/0"
    protocol    = "ALL"
    port        = "ALL"
    description = "默认拒绝"
  }
}

resource "tencentcloud_security_group_lite_rule" "this" {
  egress = [
    "ACCEPT#0.0.0.0/0#443#TCP",
    "DROP#0.0.0.0/0#ALL#ALL",
  ]
}

resource "tencentcloud_security_group_rule" "this" {
  ip_protocol = "TCP"
  port_range  = "443"
}
