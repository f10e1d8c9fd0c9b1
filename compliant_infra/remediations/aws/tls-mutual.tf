# 信任库为签发客户端证书的机构，证书包存放在 S3。
resource "aws_lb_trust_store" "clients" {
  name_prefix                      = "mtls-"
  ca_certificates_bundle_s3_bucket = var.trust_store_bucket
  ca_certificates_bundle_s3_key    = var.trust_store_key
}

resource "aws_lb_listener" "this" {
  mutual_authentication {
    mode            = "verify"
    trust_store_arn = aws_lb_trust_store.clients.arn
  }
}

resource "aws_apigatewayv2_domain_name" "this" {
  mutual_tls_authentication {
    truststore_uri = "s3://${var.trust_store_bucket}/${var.trust_store_key}"
  }
}

variable "trust_store_bucket" {
  description = "Bucket with the certificates of the authority that issues client certificates"
  type        = string
  default     = "trust-store-bucket"
}

variable "trust_store_key" {
  description = "Key of the certificate bundle (PEM) in that bucket"
  type        = string
  default     = "clients.pem"
}
