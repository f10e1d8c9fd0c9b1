# 处理记录至少保存三年；普通个人信息可按业务目的缩短 days
resource "alicloud_oss_bucket" "this" {
  lifecycle_rule {
    id      = "expire"
    enabled = true
    expiration {
      days = 1095
    }
  }
}
