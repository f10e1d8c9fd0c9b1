# 公网地址使用 DDoS 防护（增强版），或绑定到原生防护、高防实例。
variable "ddosbgp_instance_id" {
  description = "Anti-DDoS Origin instance that protects the address"
  type        = string
  default     = "ddosbgp-cn-0a1b2c3d4e5f"
}

variable "ddoscoo_instance_id" {
  description = "Anti-DDoS Proxy instance that stands before the load balancer"
  type        = string
  default     = "ddoscoo-cn-0a1b2c3d4e5f"
}

resource "alicloud_eip_address" "this" {
  security_protection_types = ["AntiDDoS_Enhanced"]
}

resource "alicloud_eip" "this" {
  security_protection_types = ["AntiDDoS_Enhanced"]
}

resource "alicloud_ddosbgp_ip" "slb" {
  instance_id = var.ddosbgp_instance_id
  ip          = alicloud_slb_load_balancer.this.address
}

resource "alicloud_ddoscoo_port" "nlb" {
  instance_id       = var.ddoscoo_instance_id
  frontend_port     = "443"
  backend_port      = "443"
  frontend_protocol = "tcp"
  real_servers      = [alicloud_nlb_load_balancer.this.dns_name]
}
