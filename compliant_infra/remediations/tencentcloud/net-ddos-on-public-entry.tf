# 公网地址使用高防 EIP，负载均衡绑定到高防包。
variable "antiddos_package_id" {
  description = "Anti-DDoS package"
  type        = string
  default     = "bgp-0a1b2c3d"
}

resource "tencentcloud_eip" "this" {
  type                 = "AntiDDoSEIP"
  anti_ddos_package_id = var.antiddos_package_id
}

resource "tencentcloud_dayu_ddos_ip_attachment_v2" "clb" {
  bgp_instance_id = var.antiddos_package_id

  bound_ip_list {
    ip          = tencentcloud_clb_instance.this.clb_vips[0]
    instance_id = tencentcloud_clb_instance.this.id
    biz_type    = "public"
    device_type = "lb"
  }
}
