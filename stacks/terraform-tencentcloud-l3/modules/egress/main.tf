# The way out of the servers: one NAT gateway, and before it a firewall that lets out HTTPS only (8.1.3.2, 8.1.3.3b).
resource "tencentcloud_eip" "nat" {
  name                       = "${var.name}-nat"
  internet_charge_type       = "TRAFFIC_POSTPAID_BY_HOUR"
  internet_max_bandwidth_out = 100
  tags                       = var.tags
}

resource "tencentcloud_nat_gateway" "this" {
  name             = var.name
  vpc_id           = var.vpc_id
  bandwidth        = 100
  max_concurrent   = 1000000
  assigned_eip_set = [tencentcloud_eip.nat.public_ip]
  tags             = var.tags
}

resource "tencentcloud_route_table_entry" "out" {
  route_table_id         = var.app_route_table_id
  destination_cidr_block = "0.0.0.0/0"
  next_type              = "NAT"
  next_hub               = tencentcloud_nat_gateway.this.id
  description            = "servers call services outside through the NAT gateway"
}

# Mode 1: the firewall takes its place before a gateway that is there; over two zones.
resource "tencentcloud_cfw_nat_instance" "this" {
  name         = var.name
  mode         = 1
  width        = 100
  cross_a_zone = 1
  zone_set     = slice(var.zones, 0, 2)
  nat_gw_list  = [tencentcloud_nat_gateway.this.id]
}

resource "tencentcloud_cfw_nat_firewall_switch" "app" {
  count = length(var.app_subnet_ids)

  nat_ins_id = tencentcloud_cfw_nat_instance.this.id
  subnet_id  = var.app_subnet_ids[count.index]
  enable     = 1

  # Switching on turns the routes of the subnet to the firewall.
  depends_on = [tencentcloud_route_table_entry.out]
}

# Narrow the target to the names that the servers call once these are known.
resource "tencentcloud_cfw_nat_policy" "https" {
  direction      = 0
  rule_action    = "accept"
  protocol       = "HTTPS"
  port           = "443"
  source_type    = "net"
  source_content = var.app_network
  target_type    = "net"
  target_content = "0.0.0.0/0"
  scope          = "ALL"
  description    = "servers to services outside"
}

resource "tencentcloud_cfw_nat_policy" "deny" {
  direction      = 0
  rule_action    = "drop"
  protocol       = "ANY"
  port           = "-1/-1"
  source_type    = "net"
  source_content = "0.0.0.0/0"
  target_type    = "net"
  target_content = "0.0.0.0/0"
  scope          = "ALL"
  description    = "everything else"

  depends_on = [tencentcloud_cfw_nat_policy.https]
}

# The first rule that fits decides: what denies the rest comes last, whatever is added later.
resource "tencentcloud_cfw_nat_policy_order_config" "this" {
  outbound_rule_uuid_list = [tencentcloud_cfw_nat_policy.https.uuid, tencentcloud_cfw_nat_policy.deny.uuid]
}

# -- the edge to the internet ----------------------------------------------------------------------------------------

# Public addresses lie behind the firewall, in line (8.1.3.3a).
resource "tencentcloud_cfw_edge_firewall_switch" "entry" {
  for_each = var.entry_addresses

  public_ip   = each.value
  subnet_id   = var.edge_subnet_id
  switch_mode = 1
  enable      = 1
}

# Intrusion prevention blocks (8.1.3.3c): 1, where 0 only watches and 2 is strict.
resource "tencentcloud_cfw_ips_mode_switch" "this" {
  mode = 1
}

resource "tencentcloud_cfw_edge_policy" "https" {
  for_each = var.entry_addresses

  direction      = 1
  rule_action    = "accept"
  protocol       = "HTTPS"
  port           = "443"
  source_type    = "net"
  source_content = "0.0.0.0/0"
  target_type    = "net"
  target_content = "${each.value}/32"
  scope          = "serial"
  description    = "HTTPS of ${each.key}"
}

resource "tencentcloud_cfw_edge_policy" "deny" {
  direction      = 1
  rule_action    = "drop"
  protocol       = "ANY"
  port           = "-1/-1"
  source_type    = "net"
  source_content = "0.0.0.0/0"
  target_type    = "net"
  target_content = "0.0.0.0/0"
  scope          = "serial"
  description    = "everything else"

  depends_on = [tencentcloud_cfw_edge_policy.https]
}

resource "tencentcloud_cfw_edge_policy_order_config" "this" {
  inbound_rule_uuid_list = concat(
    [for name in sort(keys(var.entry_addresses)) : tencentcloud_cfw_edge_policy.https[name].uuid],
    [tencentcloud_cfw_edge_policy.deny.uuid],
  )
}
