# 只放行需要的来源与端口，最后一条拒绝其余全部流量。
resource "tencentcloud_security_group_rule_set" "this" {
  ingress {
    action      = "ACCEPT"
    cidr_block  = "10.0.0.0/16"
    protocol    = "TCP"
    port        = "443"
    description = "内网访问 HTTPS"
  }

  ingress {
    action      = "DROP"
    cidr_block  = "0.0.0.0/0"
    protocol    = "ALL"
    port        = "ALL"
    description = "默认拒绝"
  }
}

resource "tencentcloud_security_group_lite_rule" "this" {
  ingress = [
    "ACCEPT#10.0.0.0/16#443#TCP",
    "DROP#0.0.0.0/0#ALL#ALL",
  ]
}

resource "tencentcloud_security_group_rule" "this" {
  cidr_ip     = "10.0.0.0/16"
  ip_protocol = "TCP"
  port_range  = "443"
  description = "内网访问 HTTPS"
}
