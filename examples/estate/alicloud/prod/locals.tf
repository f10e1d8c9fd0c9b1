locals {
  name = "qingyu-prod"

  tags = {
    system      = "core-insurance"
    environment = "prod"
    owner       = "platform"
    data-class  = "important"
  }

  zones = ["${var.region}-h", "${var.region}-i", "${var.region}-k"]

  # 三层 × 两个可用区
  subnets = merge([
    for index, zone in slice(local.zones, 0, 2) : {
      for offset, tier in ["entry", "app", "data"] : "${tier}-${substr(zone, -1, 1)}" => {
        cidr_block = cidrsubnet("10.20.0.0/16", 4, index * 3 + offset)
        zone_id    = zone
        tier       = tier
      }
    }
  ]...)
}
