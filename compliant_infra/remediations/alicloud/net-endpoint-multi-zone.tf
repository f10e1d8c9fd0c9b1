# 再加一个可用区：填入该可用区内已有交换机的 ID。已有的 alicloud_privatelink_vpc_endpoint_zone 可保留。
resource "alicloud_privatelink_vpc_endpoint_zone" "third" {
  endpoint_id = alicloud_privatelink_vpc_endpoint.this.id
  zone_id     = var.third_zone_id
  vswitch_id  = var.third_zone_vswitch_id
}

resource "alicloud_privatelink_vpc_endpoint_zone" "second" {
  endpoint_id = alicloud_privatelink_vpc_endpoint.this.id
  zone_id     = var.second_zone_id
  vswitch_id  = var.second_zone_vswitch_id
}

resource "alicloud_cen_transit_router_vpc_attachment" "this" {
  zone_mappings {
    zone_id    = var.third_zone_id
    vswitch_id = var.third_zone_vswitch_id
  }
  zone_mappings {
    zone_id    = var.second_zone_id
    vswitch_id = var.second_zone_vswitch_id
  }
}

variable "second_zone_id" {
  description = "Another zone of the region"
  type        = string
  default     = "cn-hangzhou-i"
}

variable "second_zone_vswitch_id" {
  description = "Switch in that zone"
  type        = string
  default     = "vsw-of-zone-i"
}

variable "third_zone_id" {
  description = "A third zone of the region"
  type        = string
  default     = "cn-hangzhou-j"
}

variable "third_zone_vswitch_id" {
  description = "Switch in that zone"
  type        = string
  default     = "vsw-of-zone-j"
}
