resource "tencentcloud_cos_bucket" "this" {
  encryption_algorithm = "SM4"
}
