# 打开互联网边界、NAT 边界与 VPC 间防火墙开关。
resource "tencentcloud_cfw_edge_firewall_switch" "this" {
  enable = 1
}

resource "tencentcloud_cfw_nat_firewall_switch" "this" {
  enable = 1
}

resource "tencentcloud_cfw_vpc_firewall_switch" "this" {
  enable = 1
}
