# 再加一个可用区：填入该可用区内已有交换机的 ID；第四级要求三个可用区。
resource "alicloud_alb_load_balancer" "this" {
  zone_mappings {
    zone_id    = var.third_zone_id
    vswitch_id = var.third_zone_vswitch_id
  }
  zone_mappings {
    zone_id    = var.second_zone_id
    vswitch_id = var.second_zone_vswitch_id
  }
}

resource "alicloud_nlb_load_balancer" "this" {
  zone_mappings {
    zone_id    = var.third_zone_id
    vswitch_id = var.third_zone_vswitch_id
  }
  zone_mappings {
    zone_id    = var.second_zone_id
    vswitch_id = var.second_zone_vswitch_id
  }
}

resource "alicloud_gwlb_load_balancer" "this" {
  zone_mappings {
    zone_id    = var.third_zone_id
    vswitch_id = var.third_zone_vswitch_id
  }
  zone_mappings {
    zone_id    = var.second_zone_id
    vswitch_id = var.second_zone_vswitch_id
  }
}

# 传统型负载均衡：主备可用区不同（修改会重建实例）。
resource "alicloud_slb_load_balancer" "this" {
  slave_zone_id = var.second_zone_id
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
