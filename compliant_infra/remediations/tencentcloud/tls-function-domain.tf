resource "tencentcloud_scf_custom_domain" "this" {
  protocol = "HTTPS"
  cert_config {
    certificate_id = var.function_certificate_id
  }
}

variable "function_certificate_id" {
  description = "ID of the SSL certificate for the domain of the function"
  type        = string
  default     = "cert-id"
}
