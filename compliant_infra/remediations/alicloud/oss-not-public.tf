# 读写权限为私有，并阻止公共访问；对外发布的内容经 CDN 回源。
resource "alicloud_oss_bucket" "this" {
  acl = "private"
}

resource "alicloud_oss_bucket_acl" "this" {
  acl = "private"
}

resource "alicloud_oss_bucket_public_access_block" "this" {
  block_public_access = true
}

resource "alicloud_oss_bucket_public_access_block" "block" {
  bucket              = alicloud_oss_bucket.this.bucket
  block_public_access = true
}
