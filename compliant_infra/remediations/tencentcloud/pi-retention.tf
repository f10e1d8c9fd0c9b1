# 处理记录至少保存三年；普通个人信息可按业务目的缩短 days
resource "tencentcloud_cos_bucket" "this" {
  lifecycle_rules {
    filter_prefix = ""
    expiration {
      days = 1095
    }
  }
}
