# 入口覆盖两个可用区：每个可用区填入一个已有交换机的 ID；第四级要求三个可用区。
variable "entry_vswitches" {
  type = map(string)
  default = {
    "cn-hangzhou-h" = "vsw-of-zone-h"
    "cn-hangzhou-i" = "vsw-of-zone-i"
  }
}

resource "alicloud_alb_load_balancer" "this" {
  dynamic "zone_mappings" {
    for_each = var.entry_vswitches
    content {
      zone_id    = zone_mappings.key
      vswitch_id = zone_mappings.value
    }
  }
}

resource "alicloud_nlb_load_balancer" "this" {
  dynamic "zone_mappings" {
    for_each = var.entry_vswitches
    content {
      zone_id    = zone_mappings.key
      vswitch_id = zone_mappings.value
    }
  }
}

resource "alicloud_gwlb_load_balancer" "this" {
  dynamic "zone_mappings" {
    for_each = var.entry_vswitches
    content {
      zone_id    = zone_mappings.key
      vswitch_id = zone_mappings.value
    }
  }
}

# 传统型负载均衡：主备可用区不同（修改会重建实例）。
resource "alicloud_slb_load_balancer" "this" {
  master_zone_id = "cn-hangzhou-h"
  slave_zone_id  = "cn-hangzhou-i"
}
