# 写明协议、端口与来源：每条规则只放行一种用途。
resource "alicloud_security_group_rule" "this" {
  ip_protocol  = "tcp"
  port_range   = var.service_port_range
  ipv6_cidr_ip = null
  cidr_ip      = var.client_cidr
}

variable "service_port_range" {
  description = "Ports that the service uses"
  type        = string
  default     = "443/443"
}

variable "client_cidr" {
  description = "Network that may reach the port"
  type        = string
  default     = "10.0.0.0/16"
}
