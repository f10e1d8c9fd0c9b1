# The certificate is one of your own. A listener on port 80 may stay if it only redirects (default action and rules:
# redirect with protocol = "HTTPS"). On a network load balancer write protocol = "TLS".
variable "listener_certificate_arn" {
  description = "ARN of the certificate of the listener"
  type        = string
  default     = "arn:aws-cn:acm:cn-north-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
}

resource "aws_lb_listener" "this" {
  port            = 443
  protocol        = "HTTPS"
  ssl_policy      = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
  certificate_arn = var.listener_certificate_arn
}

resource "aws_alb_listener" "this" {
  port            = 443
  protocol        = "HTTPS"
  ssl_policy      = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
  certificate_arn = var.listener_certificate_arn
}

resource "aws_elb" "this" {
  listener {
    lb_port            = 443
    lb_protocol        = "https"
    instance_port      = 443
    instance_protocol  = "https"
    ssl_certificate_id = var.listener_certificate_arn
  }
}
