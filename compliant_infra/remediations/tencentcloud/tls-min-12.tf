resource "tencentcloud_cdn_domain" "this" {
  https_config {
    https_switch = "on" # 保留原有的证书与跳转
    tls_versions = ["TLSv1.2", "TLSv1.3"]
  }
}

resource "tencentcloud_gaap_layer7_listener" "this" {
  tls_support_versions = ["TLSv1.2", "TLSv1.3"]
  tls_ciphers          = "GAAP_TLS_CIPHERS_STRICT"
}

resource "tencentcloud_teo_zone_setting" "this" {
  https {
    tls_version = ["TLSv1.2", "TLSv1.3"]
  }
}
