# 只使用中国大陆境内的加速节点
resource "tencentcloud_cdn_domain" "this" {
  area = "mainland"
}

resource "tencentcloud_teo_zone" "this" {
  area = "mainland"
}

resource "tencentcloud_teo_l4_proxy" "this" {
  area = "mainland"
}
