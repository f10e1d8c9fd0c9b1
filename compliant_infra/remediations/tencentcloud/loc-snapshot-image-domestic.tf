# 副本放在另一个境内地域
resource "tencentcloud_cbs_copy_snapshot_cross_region" "this" {
  destination_region = var.second_region
}

resource "tencentcloud_cvm_sync_image" "this" {
  destination_regions = [var.second_region]
}

variable "second_region" {
  description = "Another region in mainland China"
  type        = string
  default     = "ap-shanghai"
}
