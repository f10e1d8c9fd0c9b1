# 经 VPN 或专线访问堡垒机，关闭公网入口。
resource "alicloud_bastionhost_instance" "this" {
  enable_public_access = false
}

resource "alicloud_yundun_bastionhost_instance" "this" {
  enable_public_access = false
}

resource "alicloud_instance" "this" {
  internet_max_bandwidth_out = 0
}
