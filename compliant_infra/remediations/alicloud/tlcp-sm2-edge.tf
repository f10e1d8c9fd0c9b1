# 双证书上传到数字证书管理服务后，在 WAF 上引用；listen 保留原有的其他参数。
variable "sm2_sign_private_key" {
  type      = string
  sensitive = true
  default   = null
}

variable "sm2_encrypt_private_key" {
  type      = string
  sensitive = true
  default   = null
}

resource "alicloud_wafv3_domain" "this" {
  listen {
    https_ports  = [443]
    cert_id      = var.waf_certificate_id
    tls_version  = "tlsv1.2"
    enable_tlsv3 = true
    cipher_suite = 2
    sm2_enabled  = true
    sm2_cert_id  = var.waf_sm2_certificate_id
  }
}

resource "alicloud_ssl_certificates_service_certificate" "this" {
  sign_cert           = "-----BEGIN CERTIFICATE-----\n...\n-----END CERTIFICATE-----"
  sign_private_key    = var.sm2_sign_private_key
  encrypt_cert        = "-----BEGIN CERTIFICATE-----\n...\n-----END CERTIFICATE-----"
  encrypt_private_key = var.sm2_encrypt_private_key
}

variable "waf_certificate_id" {
  description = "International certificate of the domain, <id>-<region>"
  type        = string
  default     = "123-cn-hangzhou"
}

variable "waf_sm2_certificate_id" {
  description = "SM2 certificate of the domain, <id>-<region>"
  type        = string
  default     = "456-cn-hangzhou"
}
