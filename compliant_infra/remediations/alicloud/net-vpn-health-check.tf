# 单隧道：sip 为本端、dip 为对端可应答的地址；双隧道：每个隧道开启 DPD，并保留原有的其他参数。
resource "alicloud_vpn_connection" "this" {
  health_check_config {
    enable   = true
    sip      = "10.0.0.10"
    dip      = "192.168.0.10"
    interval = 3
    retry    = 3
  }
}

resource "alicloud_vpn_gateway_vpn_attachment" "this" {
  health_check_config {
    enable   = true
    sip      = "10.0.0.10"
    dip      = "192.168.0.10"
    interval = 3
    retry    = 3
    policy   = "revoke_route"
  }
}
