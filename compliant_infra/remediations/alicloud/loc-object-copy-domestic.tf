# 目标桶建在境内另一地域；跨境传输加速（oss_acc）不再需要
resource "alicloud_oss_bucket_replication" "this" {
  destination {
    bucket        = var.copy_bucket
    location      = "oss-${var.domestic_region}"
    transfer_type = "internal"
  }
}

variable "domestic_region" {
  description = "Region in mainland China that keeps the copies"
  type        = string
  default     = "cn-beijing"
}

variable "copy_bucket" {
  description = "Bucket in that region that takes the copies"
  type        = string
  default     = "prod-beijing"
}
