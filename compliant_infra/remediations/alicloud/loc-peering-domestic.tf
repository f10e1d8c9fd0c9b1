# 对端一律为境内地域；确需跨境时使用运营商的国际专线，并在 [cross-border] 中申报
resource "alicloud_vpc_peer_connection" "this" {
  accepting_region_id = "cn-beijing"
}

resource "alicloud_cen_transit_router_peer_attachment" "this" {
  peer_transit_router_region_id = "cn-beijing"
}

resource "alicloud_cen_instance_attachment" "this" {
  child_instance_region_id = "cn-beijing"
}

resource "alicloud_cen_bandwidth_package" "this" {
  geographic_region_a_id = "China"
  geographic_region_b_id = "China"
}

resource "alicloud_express_connect_router_interface" "this" {
  opposite_region_id = "cn-beijing"
}
