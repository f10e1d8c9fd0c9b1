# 公网型负载均衡：主备可用区不同，不再用 zone_id 限定单个可用区。
resource "tencentcloud_clb_instance" "this" {
  zone_id        = null
  master_zone_id = "ap-guangzhou-3"
  slave_zone_id  = "ap-guangzhou-4"
}
