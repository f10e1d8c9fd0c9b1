# 写明协议、端口与来源：每条规则只放行一种用途。
resource "alicloud_security_group_rule" "this" {
  ip_protocol  = "tcp"
  port_range   = "443/443"
  cidr_ip      = "10.0.0.0/16"
  ipv6_cidr_ip = null
  description  = "内网访问 HTTPS"
}
