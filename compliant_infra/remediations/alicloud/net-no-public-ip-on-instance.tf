# 实例不直接接公网：入站经负载均衡，出站经 NAT 网关。
resource "alicloud_instance" "this" {
  internet_max_bandwidth_out = 0
  allocate_public_ip         = null
}

resource "alicloud_ecs_instance_set" "this" {
  internet_max_bandwidth_out = 0
}

resource "alicloud_ess_scaling_configuration" "this" {
  internet_max_bandwidth_out = 0
}

resource "alicloud_cs_kubernetes_node_pool" "this" {
  internet_max_bandwidth_out = 0
  internet_charge_type       = null
}

# 弹性公网 IP 改绑到 NAT 网关或负载均衡
removed {
  from = alicloud_eip_association.this
  lifecycle {
    destroy = true
  }
}

# 面向互联网的入口保留公网地址，另加标签 purpose = "public-entry"。
resource "alicloud_alb_load_balancer" "this" {
  address_type = "Intranet"
}

resource "alicloud_slb_load_balancer" "this" {
  address_type = "intranet"
  vswitch_id   = var.private_vswitch_id
}

variable "private_vswitch_id" {
  description = "Switch of your own VPC that the load balancer moves to"
  type        = string
  default     = "vsw-bp1private0000000000"
}
