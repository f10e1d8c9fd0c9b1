# 每层交换机绑定专用的网络 ACL；下面的条目以数据层为例，端口与网段按业务调整。入口层放行 80、443 与回包端口。
resource "alicloud_network_acl" "tier" {
  vpc_id           = alicloud_vswitch.this.vpc_id
  network_acl_name = "tier"
  resources {
    resource_id   = alicloud_vswitch.this.id
    resource_type = "VSwitch"
  }
  # 只允许 VPC 内的应用网段访问数据库端口；其余方向按业务补充。
  ingress_acl_entries {
    network_acl_entry_name = "app-to-data"
    policy                 = "accept"
    protocol               = "tcp"
    port                   = "3306/3306"
    source_cidr_ip         = "10.0.0.0/16"
  }
  ingress_acl_entries {
    network_acl_entry_name = "deny-others"
    policy                 = "drop"
    protocol               = "all"
    port                   = "-1/-1"
    source_cidr_ip         = "0.0.0.0/0"
  }
  egress_acl_entries {
    network_acl_entry_name = "replies"
    policy                 = "accept"
    protocol               = "tcp"
    port                   = "1024/65535"
    destination_cidr_ip    = "10.0.0.0/16"
  }
  egress_acl_entries {
    network_acl_entry_name = "deny-others"
    policy                 = "drop"
    protocol               = "all"
    port                   = "-1/-1"
    destination_cidr_ip    = "0.0.0.0/0"
  }
}
