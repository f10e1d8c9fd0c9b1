# 放行策略写明协议与端口；以全量拒绝策略收尾（顺序排在最后）。
resource "tencentcloud_cfw_edge_policy" "this" {
  protocol = "HTTPS"
  port     = "443"
  scope    = "serial"
}

resource "tencentcloud_cfw_edge_policy" "deny" {
  direction      = tencentcloud_cfw_edge_policy.this.direction
  rule_action    = "drop"
  protocol       = "ANY"
  port           = "-1/-1"
  source_content = "0.0.0.0/0"
  source_type    = "net"
  target_content = "0.0.0.0/0"
  target_type    = "net"
  scope          = "serial"
  description    = "默认拒绝"
}

resource "tencentcloud_cfw_nat_policy" "this" {
  protocol = "HTTPS"
  port     = "443"
}

resource "tencentcloud_cfw_nat_policy" "deny" {
  direction      = tencentcloud_cfw_nat_policy.this.direction
  rule_action    = "drop"
  protocol       = "ANY"
  port           = "-1/-1"
  source_content = "0.0.0.0/0"
  source_type    = "net"
  target_content = "0.0.0.0/0"
  target_type    = "net"
  description    = "默认拒绝"
}

resource "tencentcloud_cfw_vpc_policy" "deny" {
  fw_group_id    = tencentcloud_cfw_vpc_policy.this.fw_group_id
  rule_action    = "drop"
  protocol       = "ANY"
  port           = "-1/-1"
  source_content = "0.0.0.0/0"
  source_type    = "net"
  dest_content   = "0.0.0.0/0"
  dest_type      = "net"
  description    = "默认拒绝"
}
