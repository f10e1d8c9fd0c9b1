# 带宽按业务高峰取值，不低于参数 min-bandwidth-mbps；变更会影响费用。
resource "alicloud_eip_address" "this" {
  bandwidth = "20"
}

resource "alicloud_common_bandwidth_package" "this" {
  bandwidth = "100"
}

resource "alicloud_slb_load_balancer" "this" {
  bandwidth = 20
}

resource "alicloud_cen_transit_router_peer_attachment" "this" {
  bandwidth = 20
}

# 总和不得超过所绑定的带宽包。
resource "alicloud_cen_bandwidth_limit" "this" {
  bandwidth_limit = 20
}

resource "alicloud_vpc_ipv6_internet_bandwidth" "this" {
  bandwidth = "20"
}
