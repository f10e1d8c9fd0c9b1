# 打开 VPC 边界与 NAT 边界防火墙；没有实例时先开通 alicloud_cloud_firewall_instance_v2。
resource "alicloud_cloud_firewall_vpc_firewall" "this" {
  status = "open"
}

resource "alicloud_cloud_firewall_vpc_firewall_cen" "this" {
  status = "open"
}

resource "alicloud_cloud_firewall_nat_firewall" "this" {
  firewall_switch = "open"
  status          = "open"
}
