# 证书与私钥由变量传入，私钥不写在代码中。
variable "function_certificate" {
  description = "Certificate of the domain, PEM"
  type        = string
  default     = ""
}

variable "function_private_key" {
  description = "Private key of the certificate, PEM"
  type        = string
  default     = null
  sensitive   = true
}

resource "alicloud_fcv3_custom_domain" "this" {
  protocol = "HTTPS"
  cert_config {
    cert_name   = "function-domain"
    certificate = var.function_certificate
    private_key = var.function_private_key
  }
  tls_config {
    min_version = "TLSv1.2"
  }
}

resource "alicloud_fc_custom_domain" "this" {
  protocol = "HTTPS"
  cert_config {
    cert_name   = "function-domain"
    certificate = var.function_certificate
    private_key = var.function_private_key
  }
}
