resource "tencentcloud_cdn_domain" "this" {
  https_config {
    https_switch = "on"
    tls_versions = ["TLSv1.2", "TLSv1.3"]
    force_redirect {
      switch               = "on"
      redirect_type        = "https"
      redirect_status_code = 301
    }
    server_certificate_config {
      certificate_id = var.cdn_certificate_id
    }
  }
}

resource "tencentcloud_teo_zone_setting" "this" {
  force_redirect {
    switch               = "on"
    redirect_status_code = 301
  }
}

variable "cdn_certificate_id" {
  description = "ID of the SSL certificate for the domain"
  type        = string
  default     = "cert-id"
}
