# 经 VPN 或专线访问堡垒机，关闭公网入口。
resource "tencentcloud_bh_resource" "this" {
  external_access = 0
  intranet_access = 1
}

resource "tencentcloud_instance" "this" {
  allocate_public_ip         = false
  internet_max_bandwidth_out = 0
}
