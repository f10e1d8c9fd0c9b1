# CA 证书为签发客户端证书的机构；给客户端分发证书后再启用。
resource "alicloud_slb_ca_certificate" "clients" {
  ca_certificate_name = "clients"
  ca_certificate      = "-----BEGIN CERTIFICATE-----\n...\n-----END CERTIFICATE-----"
}

resource "alicloud_slb_listener" "this" {
  ca_certificate_id = alicloud_slb_ca_certificate.clients.id
}

resource "alicloud_alb_listener" "this" {
  ca_enabled = true
  ca_certificates {
    certificate_id = "123-cn-hangzhou"
  }
}

resource "alicloud_nlb_listener" "this" {
  ca_enabled         = true
  ca_certificate_ids = ["123-cn-hangzhou"]
}
