# 只写客户端所在网段。
resource "alicloud_nas_access_rule" "this" {
  source_cidr_ip      = var.nas_client_cidr
  ipv6_source_cidr_ip = null
  rw_access_type      = "RDWR"
  user_access_type    = "root_squash"
}

# 改用自建权限组（同时为它添加 alicloud_nas_access_rule）。
resource "alicloud_nas_mount_target" "this" {
  access_group_name = var.nas_access_group
}

variable "nas_client_cidr" {
  description = "Network of the clients of the file system"
  type        = string
  default     = "10.0.1.0/24"
}

variable "nas_access_group" {
  description = "Permission group of your own, with rules for the clients"
  type        = string
  default     = "app"
}
