# 信任库为签发客户端证书的机构，证书包存放在 S3。
resource "aws_lb_trust_store" "clients" {
  name                             = "clients"
  ca_certificates_bundle_s3_bucket = "trust-store-bucket"
  ca_certificates_bundle_s3_key    = "clients.pem"
}

resource "aws_lb_listener" "this" {
  mutual_authentication {
    mode            = "verify"
    trust_store_arn = aws_lb_trust_store.clients.arn
  }
}

resource "aws_apigatewayv2_domain_name" "this" {
  mutual_tls_authentication {
    truststore_uri = "s3://trust-store-bucket/clients.pem"
  }
}
