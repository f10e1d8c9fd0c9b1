# 算法只能在创建时选择，且须与购买的私有 CA 一致。
resource "alicloud_ssl_certificates_service_pca_certificate" "this" {
  algorithm = "SM2_256"
}

resource "alicloud_ssl_certificates_service_pca_cert" "this" {
  algorithm = "SM2_256"
}

resource "alicloud_ssl_certificates_service_instance" "this" {
  key_algorithm = "SM2"
}
