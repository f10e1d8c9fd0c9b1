# 每条规则只放行服务实际使用的端口，并写明用途。
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
    "DROP#0.0.0.0/0#ALL#ALL",
  ]
}

resource "tencentcloud_security_group_rule" "this" {
  ip_protocol = "TCP"
  port_range  = "443"
  description = "内网访问 HTTPS"
}
