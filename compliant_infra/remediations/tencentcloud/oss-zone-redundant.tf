# 多可用区存储桶不能关闭版本控制
resource "tencentcloud_cos_bucket" "this" {
  multi_az          = true
  versioning_enable = true
}
