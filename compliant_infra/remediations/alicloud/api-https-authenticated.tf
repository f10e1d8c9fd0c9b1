# 调用方须以应用签名（或 JWT 插件）认证；接口只接受 HTTPS。
resource "alicloud_api_gateway_api" "this" {
  auth_type = "APP"
  request_config {
    protocol = "HTTPS"
    method   = "GET" # 保留原有的 method、path、mode
    path     = "/"
    mode     = "MAPPING"
  }
}

resource "alicloud_api_gateway_instance" "this" {
  https_policy = "HTTPS2_TLS1_2"
}

resource "alicloud_apig_domain" "this" {
  protocol        = "HTTPS"
  force_https     = true
  cert_identifier = var.api_certificate_identifier # 数字证书管理服务中的证书标识
  tls_min         = "TLS 1.2"
}

resource "alicloud_apig_http_api" "this" {
  protocols   = ["HTTPS"]
  enable_auth = true
}

variable "api_certificate_identifier" {
  description = "Certificate of the domain in Certificate Management Service, <id>-<region>"
  type        = string
  default     = "12345-cn-hangzhou"
}
