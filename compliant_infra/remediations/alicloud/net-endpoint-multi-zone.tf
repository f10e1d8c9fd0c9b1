# 每个可用区一个交换机：填入已有交换机的 ID。已有的 alicloud_privatelink_vpc_endpoint_zone 可保留。
variable "endpoint_vswitches" {
  type = map(string)
  default = {
    "cn-hangzhou-i" = "vsw-of-zone-i"
    "cn-hangzhou-j" = "vsw-of-zone-j"
  }
}

resource "alicloud_privatelink_vpc_endpoint_zone" "second" {
  for_each    = var.endpoint_vswitches
  endpoint_id = alicloud_privatelink_vpc_endpoint.this.id
  zone_id     = each.key
  vswitch_id  = each.value
}

resource "alicloud_cen_transit_router_vpc_attachment" "this" {
  dynamic "zone_mappings" {
    for_each = var.endpoint_vswitches
    content {
      zone_id    = zone_mappings.key
      vswitch_id = zone_mappings.value
    }
  }
}
