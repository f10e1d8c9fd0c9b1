# 只允许办公网与 VPN 的出口地址。
resource "tencentcloud_organization_ip_whitelist_config" "this" {
  ip_whitelist = var.admin_addresses
}

resource "tencentcloud_cam_policy" "this" {
  document = jsonencode({
    version = "2.0"
    statement = [{
      effect    = "deny"
      action    = ["*"]
      resource  = ["*"]
      condition = { ip_not_equal = { "qcs:ip" = var.admin_addresses } }
    }]
  })
}

resource "tencentcloud_bh_access_white_list_config" "this" {
  allow_any = false
}

resource "tencentcloud_bh_access_white_list_rule" "this" {
  source = var.admin_addresses[0]
}

variable "admin_addresses" {
  description = "Addresses from which administrators come (office, VPN)"
  type        = list(string)
  default     = ["203.0.113.0/24", "198.51.100.7"]
}
