# 启用投递。
resource "alicloud_config_delivery" "this" {
  status = 1
}
