# 只在 VPC 内提供服务；并在引擎参数中开启鉴权。
resource "alicloud_mse_cluster" "this" {
  net_type         = "privatenet"
  pub_network_flow = "0"
  vswitch_id       = var.registry_vswitch_id
  acl_entry_list   = null
}

variable "registry_vswitch_id" {
  description = "Switch for the instance"
  type        = string
  default     = "vsw-bp1"
}
