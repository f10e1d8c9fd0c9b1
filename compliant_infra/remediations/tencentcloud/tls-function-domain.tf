resource "tencentcloud_scf_custom_domain" "this" {
  protocol = "HTTPS"
  cert_config {
    certificate_id = "cert-id" # SSL 证书 ID
  }
}
