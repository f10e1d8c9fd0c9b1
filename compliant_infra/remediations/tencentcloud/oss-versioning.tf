resource "tencentcloud_cos_bucket" "this" {
  versioning_enable = true
}
