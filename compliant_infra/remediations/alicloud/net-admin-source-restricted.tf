# 换成贵单位办公网与 VPN 的出口地址。
resource "alicloud_ram_security_preference" "this" {
  login_network_masks = join(";", var.admin_source_cidrs)
}

resource "alicloud_cloud_sso_directory" "this" {
  login_preference {
    login_network_masks = join(";", var.admin_source_cidrs)
  }
}

resource "alicloud_ram_policy" "this" {
  policy_document = jsonencode({
    Version = "1"
    Statement = [{
      Effect    = "Deny"
      Action    = "*"
      Resource  = "*"
      Condition = { NotIpAddress = { "acs:SourceIp" = var.admin_source_cidrs } }
    }]
  })
}

resource "alicloud_resource_manager_control_policy" "this" {
  policy_document = jsonencode({
    Version = "1"
    Statement = [{
      Effect    = "Deny"
      Action    = "*"
      Resource  = "*"
      Condition = { NotIpAddress = { "acs:SourceIp" = var.admin_source_cidrs } }
    }]
  })
}

variable "admin_source_cidrs" {
  description = "Addresses that administrators log in from: the exits of the office network and the VPN"
  type        = list(string)
  default     = ["203.0.113.0/24", "198.51.100.7/32"]
}
