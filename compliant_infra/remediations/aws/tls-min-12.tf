resource "aws_lb_listener" "this" {
  ssl_policy = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
}

resource "aws_alb_listener" "this" {
  ssl_policy = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
}

resource "aws_api_gateway_domain_name" "this" {
  security_policy = "TLS_1_2"
}

resource "aws_opensearch_domain" "this" {
  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-PFS-2023-10"
  }
}

resource "aws_elasticsearch_domain" "this" {
  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-PFS-2023-10"
  }
}
