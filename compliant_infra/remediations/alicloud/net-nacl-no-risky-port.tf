# 对外只放行业务端口与回包的临时端口；网络 ACL 无状态，故两者都要写。
resource "alicloud_network_acl" "this" {
  ingress_acl_entries {
    network_acl_entry_name = "https"
    policy                 = "accept"
    protocol               = "tcp"
    port                   = "443/443"
    source_cidr_ip         = "0.0.0.0/0"
  }
  ingress_acl_entries {
    network_acl_entry_name = "inside"
    policy                 = "accept"
    protocol               = "all"
    port                   = "-1/-1"
    source_cidr_ip         = "10.0.0.0/16"
  }
}

resource "alicloud_network_acl_entries" "this" {
  ingress {
    name           = "https"
    policy         = "accept"
    protocol       = "tcp"
    port           = "443/443"
    source_cidr_ip = "0.0.0.0/0"
  }
  ingress {
    name           = "inside"
    policy         = "accept"
    protocol       = "all"
    port           = "-1/-1"
    source_cidr_ip = "10.0.0.0/16"
  }
}
