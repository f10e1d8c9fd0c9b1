# 对公网只发布业务端口；运维与数据库端口经堡垒机或 VPN 访问。
resource "alicloud_slb_listener" "this" {
  frontend_port = 443
}

resource "alicloud_nlb_listener" "this" {
  listener_port = 443
  start_port    = null
  end_port      = null
}

resource "alicloud_alb_listener" "this" {
  listener_port = 443
}

resource "alicloud_forward_entry" "this" {
  ip_protocol   = "tcp"
  external_port = "443"
  internal_port = "443"
}
