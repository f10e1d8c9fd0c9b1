# 每条规则只放行服务实际使用的端口，并写明用途。
resource "alicloud_security_group_rule" "this" {
  ip_protocol = "tcp"
  port_range  = var.service_port_range
  description = var.service_purpose
}

variable "service_port_range" {
  description = "Ports that the service uses"
  type        = string
  default     = "443/443"
}

variable "service_purpose" {
  description = "What the ports are for"
  type        = string
  default     = "内网访问 HTTPS"
}
