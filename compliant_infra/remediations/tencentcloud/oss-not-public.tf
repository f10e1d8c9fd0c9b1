# 权限为私有读写；对外发布的内容经 CDN 回源。
resource "tencentcloud_cos_bucket" "this" {
  acl      = "private"
  acl_body = null
}
