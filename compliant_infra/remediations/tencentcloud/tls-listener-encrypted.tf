# 证书换成自己的；80 端口的监听可以保留，但每条转发规则都要用 tencentcloud_clb_redirection 跳转到 HTTPS。
# 四层业务写 protocol = "TCP_SSL"。
resource "tencentcloud_clb_listener" "this" {
  protocol             = "HTTPS"
  port                 = 443
  certificate_ssl_mode = "UNIDIRECTIONAL"
  certificate_id       = var.listener_certificate_id
}

variable "listener_certificate_id" {
  description = "ID of the SSL certificate of the listener"
  type        = string
  default     = "VjANRdz8"
}
