# 每条规则只放行服务实际使用的端口，并写明用途。
resource "alicloud_security_group_rule" "this" {
  ip_protocol = "tcp"
  port_range  = "443/443"
  description = "内网访问 HTTPS"
}
