# 换成自有网络的出口地址与 VPC。
resource "alicloud_maxcompute_project" "this" {
  ip_white_list {
    ip_list     = "203.0.113.0/24"
    vpc_ip_list = "cn-hangzhou_125179[10.0.1.0/24]"
  }
}

resource "alicloud_ots_instance" "this" {
  network_type_acl = ["VPC"]
  accessed_by      = null
}
