# 多证书时在 multi_cert_info 中设置 ssl_mode = "MUTUAL"，CA 证书列入 cert_id_list。
resource "tencentcloud_clb_listener" "this" {
  certificate_ssl_mode = "MUTUAL"
  certificate_id       = "cert-id"
  certificate_ca_id    = "ca-id"
}
