# 换成自有网络的出口地址与 VPC。
resource "alicloud_maxcompute_project" "this" {
  ip_white_list {
    ip_list     = var.warehouse_client_cidr
    vpc_ip_list = var.warehouse_vpc_clients
  }
}

resource "alicloud_ots_instance" "this" {
  network_type_acl = ["VPC"]
  accessed_by      = null
}

variable "warehouse_client_cidr" {
  description = "Public addresses of your own network"
  type        = string
  default     = "203.0.113.0/24"
}

variable "warehouse_vpc_clients" {
  description = "VPC and networks in it: <region>_<VPC id>[<CIDR>]"
  type        = string
  default     = "cn-hangzhou_125179[10.0.1.0/24]"
}
