# 关闭传输加速：对象只在存储桶所在地域读写
resource "alicloud_oss_bucket" "this" {
  transfer_acceleration {
    enabled = false
  }
}

resource "alicloud_oss_bucket_transfer_acceleration" "this" {
  enabled = false
}

resource "alicloud_oss_bucket_replication" "this" {
  destination {
    bucket        = var.copy_bucket
    location      = "oss-${var.domestic_region}"
    transfer_type = "internal"
  }
}

resource "alicloud_cloud_storage_gateway_gateway_file_share" "this" {
  transfer_acceleration = false
}

# 全球加速实例不跨境
resource "alicloud_ga_accelerator" "this" {
  cross_border_status = false
}

resource "alicloud_ga_basic_accelerator" "this" {
  cross_border_status = false
}

# 基础带宽包只在境内使用
resource "alicloud_ga_bandwidth_package" "this" {
  type           = "Basic"
  bandwidth_type = "Basic"
}

# 改用普通弹性公网 IP（alicloud_eip_address）
removed {
  from = alicloud_eipanycast_anycast_eip_address.this
  lifecycle {
    destroy = true
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
