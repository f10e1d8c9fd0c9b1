# 为跨地域连接配置流量调度策略，重要业务使用单独的队列（DSCP 46），其余流量走默认队列。
resource "alicloud_cen_inter_region_traffic_qos_policy" "priority" {
  transit_router_id            = alicloud_cen_transit_router_peer_attachment.this.transit_router_id
  transit_router_attachment_id = alicloud_cen_transit_router_peer_attachment.this.transit_router_attachment_id
}

resource "alicloud_cen_inter_region_traffic_qos_queue" "priority" {
  traffic_qos_policy_id    = alicloud_cen_inter_region_traffic_qos_policy.priority.id
  dscps                    = [46]
  remain_bandwidth_percent = 60
}

# 在源端的转发路由器上标记重要业务的流量；端口按业务调整。
resource "alicloud_cen_traffic_marking_policy" "priority" {
  transit_router_id = alicloud_cen_transit_router_peer_attachment.this.transit_router_id
  marking_dscp      = 46
  priority          = 1
  traffic_match_rules {
    protocol       = "TCP"
    dst_port_range = [var.priority_port, var.priority_port]
  }
}

variable "priority_port" {
  description = "Port of the traffic that goes first"
  type        = number
  default     = 443
}
