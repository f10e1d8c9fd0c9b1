# 单隧道：sip 为本端、dip 为对端可应答的地址；双隧道：每个隧道开启 DPD，并保留原有的其他参数。
resource "alicloud_vpn_connection" "this" {
  health_check_config {
    enable   = true
    sip      = var.vpn_local_probe
    dip      = var.vpn_remote_probe
    interval = 3
    retry    = 3
  }
}

resource "alicloud_vpn_gateway_vpn_attachment" "this" {
  health_check_config {
    enable   = true
    sip      = var.vpn_local_probe
    dip      = var.vpn_remote_probe
    interval = 3
    retry    = 3
    policy   = "revoke_route"
  }
}

variable "vpn_local_probe" {
  description = "Address on this side that answers the health check"
  type        = string
  default     = "10.0.0.10"
}

variable "vpn_remote_probe" {
  description = "Address on the other side that answers the health check"
  type        = string
  default     = "192.168.0.10"
}
