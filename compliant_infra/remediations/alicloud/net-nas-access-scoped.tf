# 只写客户端所在网段。
resource "alicloud_nas_access_rule" "this" {
  source_cidr_ip      = "10.0.1.0/24"
  ipv6_source_cidr_ip = null
  rw_access_type      = "RDWR"
  user_access_type    = "root_squash"
}

# 改用自建权限组（同时为它添加 alicloud_nas_access_rule）。
resource "alicloud_nas_mount_target" "this" {
  access_group_name = "app"
}
