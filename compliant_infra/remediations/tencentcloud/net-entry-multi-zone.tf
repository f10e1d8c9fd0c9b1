# 公网型负载均衡：主备可用区不同，不再用 zone_id 限定单个可用区。
resource "tencentcloud_clb_instance" "this" {
  zone_id        = null
  master_zone_id = var.entry_zones.master
  slave_zone_id  = var.entry_zones.slave
}

variable "entry_zones" {
  description = "Two zones of the region for the entry: where it runs, and where it takes over"
  type        = object({ master = string, slave = string })
  default = {
    master = "ap-guangzhou-3"
    slave  = "ap-guangzhou-4"
  }
}
