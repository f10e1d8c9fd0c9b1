# 对等连接两端由 VPC 边界防火墙防护；目的网段与路由表按实际填写。
resource "alicloud_cloud_firewall_vpc_firewall" "boundary" {
  vpc_firewall_name = "level-boundary"
  status            = "open"
  local_vpc {
    vpc_id    = alicloud_vpc_peer_connection.this.vpc_id
    region_no = "cn-hangzhou"
    local_vpc_cidr_table_list {
      local_route_table_id = "vtb-of-the-local-vpc"
      local_route_entry_list {
        local_destination_cidr     = "10.1.0.0/16"
        local_next_hop_instance_id = alicloud_vpc_peer_connection.this.id
      }
    }
  }
  peer_vpc {
    vpc_id    = alicloud_vpc_peer_connection.this.accepting_vpc_id
    region_no = alicloud_vpc_peer_connection.this.accepting_region_id
    peer_vpc_cidr_table_list {
      peer_route_table_id = "vtb-of-the-peer-vpc"
      peer_route_entry_list {
        peer_destination_cidr     = "10.0.0.0/16"
        peer_next_hop_instance_id = alicloud_vpc_peer_connection.this.id
      }
    }
  }
}

# 转发路由器的流量引流到 VPC 边界防火墙；每个转发路由器只需一个。
resource "alicloud_cloud_firewall_vpc_cen_tr_firewall" "boundary" {
  firewall_name             = "level-boundary"
  cen_id                    = "cen-of-the-router"
  transit_router_id         = alicloud_cen_transit_router_vpc_attachment.this.transit_router_id
  region_no                 = "cn-hangzhou"
  route_mode                = "managed"
  firewall_vpc_cidr         = "10.250.0.0/24"
  firewall_subnet_cidr      = "10.250.0.0/28"
  tr_attachment_master_zone = "cn-hangzhou-h"
  tr_attachment_master_cidr = "10.250.0.16/28"
  tr_attachment_slave_zone  = "cn-hangzhou-i"
  tr_attachment_slave_cidr  = "10.250.0.32/28"
}
