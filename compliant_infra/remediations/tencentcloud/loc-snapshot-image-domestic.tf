# 副本放在另一个境内地域
resource "tencentcloud_cbs_copy_snapshot_cross_region" "this" {
  destination_region = "ap-shanghai"
}

resource "tencentcloud_cvm_sync_image" "this" {
  destination_regions = ["ap-shanghai"]
}
