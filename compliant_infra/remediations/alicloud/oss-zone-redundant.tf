# 新建存储桶时选用同城冗余；存量存储桶用 alicloud_oss_bucket_data_redundancy_transition 转换
resource "alicloud_oss_bucket" "this" {
  redundancy_type = "ZRS"
}
