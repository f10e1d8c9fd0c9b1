# 旧版本随生命周期规则清理，见 lifecycle。
resource "alicloud_oss_bucket_versioning" "versions" {
  bucket = alicloud_oss_bucket.this.bucket
  status = "Enabled"
}

# 存储桶中已有 versioning 块时，改写该块，不再另加资源。
resource "alicloud_oss_bucket" "this" {
  versioning {
    status = "Enabled"
  }
}
