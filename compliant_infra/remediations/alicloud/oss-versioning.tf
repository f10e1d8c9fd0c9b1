# 旧版本随生命周期规则清理，见 lifecycle。
resource "alicloud_oss_bucket_versioning" "versions" {
  bucket = alicloud_oss_bucket.this.bucket
  status = "Enabled"
}
