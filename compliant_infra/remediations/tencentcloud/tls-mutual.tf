# 多证书时在 multi_cert_info 中设置 ssl_mode = "MUTUAL"，CA 证书列入 cert_id_list。
resource "tencentcloud_clb_listener" "this" {
  certificate_ssl_mode = "MUTUAL"
  certificate_id       = var.listener_certificate_id
  certificate_ca_id    = var.client_ca_id
}

variable "listener_certificate_id" {
  description = "ID of the SSL certificate of the listener"
  type        = string
  default     = "cert-id"
}

variable "client_ca_id" {
  description = "ID of the certificate of the authority that issues client certificates"
  type        = string
  default     = "ca-id"
}
