resource "tencentcloud_ssm_product_secret" "this" {
  enable_rotation     = true
  rotation_begin_time = "2026-01-01 00:00:00"
  rotation_frequency  = 30
}
