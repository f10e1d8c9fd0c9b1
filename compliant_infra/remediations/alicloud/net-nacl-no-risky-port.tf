# 管理与数据库端口只放行需要的来源网段；对外业务端口另写条目。网络 ACL 无状态，回包的临时端口也要放行。
resource "alicloud_network_acl" "this" {
  ingress_acl_entries {
    network_acl_entry_name = "inside"
    policy                 = "accept"
    protocol               = "all"
    port                   = "-1/-1"
    source_cidr_ip         = var.nacl_client_cidr
  }
}

resource "alicloud_network_acl_entries" "this" {
  ingress {
    name           = "inside"
    policy         = "accept"
    protocol       = "all"
    port           = "-1/-1"
    source_cidr_ip = var.nacl_client_cidr
  }
}

variable "nacl_client_cidr" {
  description = "Network that may reach these ports"
  type        = string
  default     = "10.0.0.0/16"
}
