# 关闭 VPC 内免密访问
resource "alicloud_kvstore_instance" "this" {
  vpc_auth_mode = "Open"
}

resource "alicloud_redis_tair_instance" "this" {
  vpc_auth_mode = "Open"
}
