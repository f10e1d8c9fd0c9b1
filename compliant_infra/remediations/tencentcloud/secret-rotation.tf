resource "tencentcloud_ssm_product_secret" "this" {
  enable_rotation     = true
  rotation_begin_time = var.rotation_begin_time
  rotation_frequency  = 30
}

variable "rotation_begin_time" {
  description = "When the first rotation takes place (UTC+8)"
  type        = string
  default     = "2026-01-01 00:00:00"
}
