resource "alicloud_slb_listener" "this" {
  tls_cipher_policy = "tls_cipher_policy_1_2_strict_with_1_3"
}

resource "alicloud_alb_listener" "this" {
  security_policy_id = "tls_cipher_policy_1_2_strict_with_1_3"
}

resource "alicloud_nlb_listener" "this" {
  security_policy_id = "tls_cipher_policy_1_2_strict_with_1_3"
}

resource "alicloud_ga_listener" "this" {
  security_policy_id = "tls_cipher_policy_1_2_strict_with_1_3"
}

# 自定义策略只留 TLS 1.2 以上和 GCM 套件
resource "alicloud_alb_security_policy" "this" {
  tls_versions = ["TLSv1.2", "TLSv1.3"]
  ciphers = [
    "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256",
    "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
  ]
}

resource "alicloud_nlb_security_policy" "this" {
  tls_versions = ["TLSv1.2", "TLSv1.3"]
  ciphers = [
    "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256",
    "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
  ]
}

resource "alicloud_oss_bucket_https_config" "this" {
  enable       = true
  tls_versions = ["TLSv1.2", "TLSv1.3"]
  cipher_suit {
    enable              = true
    strong_cipher_suite = true
  }
}

resource "alicloud_wafv3_domain" "this" {
  listen {
    https_ports  = [443] # 保留原有的端口与证书
    tls_version  = "tlsv1.2"
    enable_tlsv3 = true
    cipher_suite = 2
  }
}
