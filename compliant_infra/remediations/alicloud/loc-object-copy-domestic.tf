# 目标桶建在境内另一地域；跨境传输加速（oss_acc）不再需要
resource "alicloud_oss_bucket_replication" "this" {
  destination {
    bucket        = "prod-beijing"
    location      = "oss-cn-beijing"
    transfer_type = "internal"
  }
}
