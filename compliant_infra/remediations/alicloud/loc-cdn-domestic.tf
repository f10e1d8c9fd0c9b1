# 只使用中国大陆境内的加速节点
resource "alicloud_cdn_domain_new" "this" {
  scope = "domestic"
}

resource "alicloud_cdn_domain" "this" {
  scope = "domestic"
}

resource "alicloud_dcdn_domain" "this" {
  scope = "domestic"
}

resource "alicloud_dcdn_ipa_domain" "this" {
  scope = "domestic"
}

resource "alicloud_esa_site" "this" {
  coverage = "domestic"
}
