# 对公网只发布业务端口；运维与数据库端口经堡垒机或 VPN 访问。
resource "tencentcloud_clb_listener" "this" {
  port     = 443
  end_port = null
}

resource "tencentcloud_dnat" "this" {
  elastic_port = "443"
  private_port = "443"
}
