# 放行策略写明应用；每个方向以全量拒绝策略收尾（顺序排在最后）。
resource "alicloud_cloud_firewall_control_policy" "this" {
  proto                 = "TCP"
  dest_port             = "443/443"
  dest_port_type        = "port"
  application_name      = null
  application_name_list = ["HTTPS"]
}

resource "alicloud_cloud_firewall_control_policy" "deny" {
  direction        = alicloud_cloud_firewall_control_policy.this.direction
  acl_action       = "drop"
  application_name = "ANY"
  proto            = "ANY"
  source           = "0.0.0.0/0"
  source_type      = "net"
  destination      = "0.0.0.0/0"
  destination_type = "net"
  description      = "默认拒绝"
}

resource "alicloud_cloud_firewall_vpc_firewall_control_policy" "deny" {
  vpc_firewall_id       = alicloud_cloud_firewall_vpc_firewall_control_policy.this.vpc_firewall_id
  acl_action            = "drop"
  application_name_list = ["ANY"]
  proto                 = "ANY"
  source                = "0.0.0.0/0"
  source_type           = "net"
  destination           = "0.0.0.0/0"
  destination_type      = "net"
  description           = "默认拒绝"
}

resource "alicloud_cloud_firewall_nat_firewall_control_policy" "this" {
  proto                 = "TCP"
  dest_port             = "443/443"
  dest_port_type        = "port"
  application_name_list = ["HTTPS"]
}

resource "alicloud_cloud_firewall_nat_firewall_control_policy" "deny" {
  nat_gateway_id        = alicloud_cloud_firewall_nat_firewall_control_policy.this.nat_gateway_id
  direction             = alicloud_cloud_firewall_nat_firewall_control_policy.this.direction
  acl_action            = "drop"
  application_name_list = ["ANY"]
  proto                 = "ANY"
  source                = "0.0.0.0/0"
  source_type           = "net"
  destination           = "0.0.0.0/0"
  destination_type      = "net"
  description           = "默认拒绝"
}
