# 应用经专有网络内的地址访问；外网运维经堡垒机或 VPN。
removed {
  from = alicloud_db_connection.this
  lifecycle {
    destroy = true
  }
}

removed {
  from = alicloud_kvstore_connection.this
  lifecycle {
    destroy = true
  }
}

# 该资源只能创建公网地址；内网地址由集群自带
removed {
  from = alicloud_polardb_endpoint_address.this
  lifecycle {
    destroy = true
  }
}

resource "alicloud_polardb_endpoint" "this" {
  net_type = "Private"
}

resource "alicloud_polardb_primary_endpoint" "this" {
  net_type = "Private"
}

resource "alicloud_alikafka_instance" "this" {
  deploy_type = 5 # 仅专有网络；改动会重建实例
}

resource "alicloud_hologram_instance" "this" {
  endpoints {
    type       = "VPCSingleTunnel" # 不写 Internet 类型
    vpc_id     = var.db_vpc_id
    vswitch_id = var.db_vswitch_id
  }
}

resource "alicloud_elasticsearch_instance" "this" {
  enable_public                = false
  enable_kibana_public_network = false
}

resource "alicloud_ots_instance" "this" {
  network_type_acl = ["VPC"]
}

resource "alicloud_cassandra_cluster" "this" {
  enable_public = false
}

resource "alicloud_selectdb_db_instance" "this" {
  enable_public_network = false
}

variable "db_vpc_id" {
  description = "VPC of the applications"
  type        = string
  default     = "vpc-bp1"
}

variable "db_vswitch_id" {
  description = "Switch for the private address"
  type        = string
  default     = "vsw-bp1"
}
