# CA 证书为签发客户端证书的机构；给客户端分发证书后再启用。
resource "alicloud_slb_ca_certificate" "clients" {
  ca_certificate_name = "clients"
  ca_certificate      = var.client_ca_certificate
}

resource "alicloud_slb_listener" "this" {
  ca_certificate_id = alicloud_slb_ca_certificate.clients.id
}

resource "alicloud_alb_listener" "this" {
  ca_enabled = true
  ca_certificates {
    certificate_id = var.client_ca_certificate_id
  }
}

resource "alicloud_nlb_listener" "this" {
  ca_enabled         = true
  ca_certificate_ids = [var.client_ca_certificate_id]
}

variable "client_ca_certificate" {
  description = "CA certificate that the clients' certificates are from, PEM"
  type        = string
  default     = "-----BEGIN CERTIFICATE-----\n...\n-----END CERTIFICATE-----"
}

variable "client_ca_certificate_id" {
  description = "CA certificate in Certificate Management Service, <id>-<region>"
  type        = string
  default     = "123-cn-hangzhou"
}
