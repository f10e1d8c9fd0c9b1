# 服务每年自动轮换一次
resource "tencentcloud_kms_key" "this" {
  key_rotation_enabled = true
}
