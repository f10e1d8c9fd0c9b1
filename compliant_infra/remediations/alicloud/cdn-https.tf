# cert_id 为数字证书管理服务中的证书。
resource "alicloud_cdn_domain_new" "this" {
  certificate_config {
    cert_type = "cas"
    cert_id   = var.cdn_certificate_id
  }
}

resource "alicloud_cdn_domain_config" "https_force" {
  domain_name   = alicloud_cdn_domain_new.this.domain_name
  function_name = "https_force"
  function_args {
    arg_name  = "enable"
    arg_value = "on"
  }
}

# 已有 https_tls_version 配置时，直接修改该配置。
resource "alicloud_cdn_domain_config" "https_tls_version" {
  domain_name   = alicloud_cdn_domain_new.this.domain_name
  function_name = "https_tls_version"
  function_args {
    arg_name  = "tls10"
    arg_value = "off"
  }
  function_args {
    arg_name  = "tls11"
    arg_value = "off"
  }
  function_args {
    arg_name  = "tls12"
    arg_value = "on"
  }
  function_args {
    arg_name  = "tls13"
    arg_value = "on"
  }
}

resource "alicloud_dcdn_domain" "this" {
  ssl_protocol = "on"
  cert_type    = "cas"
  cert_id      = var.cdn_certificate_id
}

resource "alicloud_dcdn_domain_config" "https_force" {
  domain_name   = alicloud_dcdn_domain.this.domain_name
  function_name = "https_force"
  function_args {
    arg_name  = "enable"
    arg_value = "on"
  }
}

resource "alicloud_dcdn_domain_config" "https_tls_version" {
  domain_name   = alicloud_dcdn_domain.this.domain_name
  function_name = "https_tls_version"
  function_args {
    arg_name  = "tls10"
    arg_value = "off"
  }
  function_args {
    arg_name  = "tls11"
    arg_value = "off"
  }
  function_args {
    arg_name  = "tls12"
    arg_value = "on"
  }
}

resource "alicloud_esa_https_basic_configuration" "this" {
  https = "on"
  tls10 = "off"
  tls11 = "off"
}

variable "cdn_certificate_id" {
  description = "Certificate of the domain in Certificate Management Service"
  type        = string
  default     = "12345"
}
