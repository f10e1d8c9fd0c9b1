# 数据存储移入专用交换机：其中不放置公网负载均衡、带公网地址的实例，绑定专用的网络 ACL。迁移交换机会短暂中断连接。
variable "data_vpc_id" {
  type    = string
  default = "vpc-of-the-system"
}

resource "alicloud_vswitch" "data_tier" {
  vpc_id     = var.data_vpc_id
  zone_id    = "cn-hangzhou-h"
  cidr_block = "10.0.210.0/24"
}

resource "alicloud_network_acl" "data_tier" {
  vpc_id           = var.data_vpc_id
  network_acl_name = "data-tier"
  resources {
    resource_id   = alicloud_vswitch.data_tier.id
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

resource "alicloud_db_instance" "this" {
  vswitch_id = alicloud_vswitch.data_tier.id
}

resource "alicloud_mongodb_instance" "this" {
  vswitch_id = alicloud_vswitch.data_tier.id
}

resource "alicloud_redis_tair_instance" "this" {
  vswitch_id = alicloud_vswitch.data_tier.id
}

resource "alicloud_polardb_cluster" "this" {
  vswitch_id = alicloud_vswitch.data_tier.id
}
