resource "tencentcloud_api_gateway_service" "this" {
  protocol = "https"
}

# 应用认证；也可以使用 SECRET（密钥对）或 OAUTH。
resource "tencentcloud_api_gateway_api" "this" {
  auth_type = "APP"
}

resource "tencentcloud_api_gateway_custom_domain" "this" {
  protocol       = "https"
  certificate_id = var.api_certificate_id
}

variable "api_certificate_id" {
  description = "ID of the SSL certificate for the domain of the API"
  type        = string
  default     = "cert-id"
}
