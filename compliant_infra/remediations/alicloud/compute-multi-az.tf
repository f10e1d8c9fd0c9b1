variable "network_id" {
  type    = string
  default = "vpc-bp1example"
}

# 每个可用区一台交换机
resource "alicloud_vswitch" "zone_i" {
  vpc_id     = var.network_id
  cidr_block = "10.0.101.0/24"
  zone_id    = "cn-hangzhou-i"
}

resource "alicloud_vswitch" "zone_j" {
  vpc_id     = var.network_id
  cidr_block = "10.0.102.0/24"
  zone_id    = "cn-hangzhou-j"
}

resource "alicloud_vswitch" "zone_k" {
  vpc_id     = var.network_id
  cidr_block = "10.0.103.0/24"
  zone_id    = "cn-hangzhou-k"
}

resource "alicloud_ess_scaling_group" "this" {
  vswitch_ids     = [alicloud_vswitch.zone_i.id, alicloud_vswitch.zone_j.id, alicloud_vswitch.zone_k.id]
  multi_az_policy = "BALANCE"
}

resource "alicloud_cs_managed_kubernetes" "this" {
  vswitch_ids = [alicloud_vswitch.zone_i.id, alicloud_vswitch.zone_j.id, alicloud_vswitch.zone_k.id]
}

resource "alicloud_cs_kubernetes_node_pool" "this" {
  vswitch_ids     = [alicloud_vswitch.zone_i.id, alicloud_vswitch.zone_j.id, alicloud_vswitch.zone_k.id]
  multi_az_policy = "BALANCE"
}

# 负载均衡后端：先在上述交换机中各建一台实例，再挂入后端服务器组（server_id 取不同可用区的实例）。
