# 证书换成自己的；tls_port 为服务的 TLS 端口（例如邮件 465）；80 端口的监听可以保留，只用于跳转：listener_forward = "on"、forward_port = 443。
resource "alicloud_slb_listener" "this" {
  protocol              = "https"
  frontend_port         = var.tls_port
  server_certificate_id = var.slb_certificate_id
  tls_cipher_policy     = "tls_cipher_policy_1_2_strict_with_1_3"
}

resource "alicloud_alb_listener" "this" {
  listener_protocol  = "HTTPS"
  listener_port      = var.tls_port
  security_policy_id = "tls_cipher_policy_1_2_strict_with_1_3"
  certificates {
    certificate_id = var.listener_certificate_id
  }
}

resource "alicloud_nlb_listener" "this" {
  listener_protocol  = "TCPSSL"
  listener_port      = var.tls_port
  start_port         = null
  end_port           = null
  certificate_ids    = [var.listener_certificate_id]
  security_policy_id = "tls_cipher_policy_1_2_strict_with_1_3"
}

variable "slb_certificate_id" {
  description = "Server certificate of the classic load balancer"
  type        = string
  default     = "1234567890_certificate"
}

variable "listener_certificate_id" {
  description = "Certificate in Certificate Management Service, <id>-<region>"
  type        = string
  default     = "12345-cn-hangzhou"
}

variable "tls_port" {
  description = "Port on which the service speaks TLS, such as 465 for mail"
  type        = number
  default     = 443
}
