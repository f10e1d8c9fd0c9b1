# 专有网络：按“入口 / 应用 / 数据”三层划分交换机与安全组
locals {
  entry_subnets = { for key, subnet in var.subnets : key => subnet if subnet.tier == "entry" }
}

resource "alicloud_vpc" "this" {
  vpc_name    = "${var.name}-vpc"
  cidr_block  = var.cidr_block
  description = "Managed by the platform team"
  tags        = var.tags
}

resource "alicloud_vswitch" "this" {
  for_each = var.subnets

  vpc_id       = alicloud_vpc.this.id
  vswitch_name = "${var.name}-${each.key}"
  cidr_block   = each.value.cidr_block
  zone_id      = each.value.zone_id
  tags         = merge(var.tags, { tier = each.value.tier })
}

resource "alicloud_security_group" "tier" {
  for_each = toset(["entry", "app", "data"])

  security_group_name = "${var.name}-${each.key}"
  vpc_id              = alicloud_vpc.this.id
  inner_access_policy = "Drop" # 同层成员默认互不可达
  tags                = var.tags
}

resource "alicloud_security_group_rule" "this" {
  for_each = var.rules

  type              = each.value.direction
  ip_protocol       = each.value.protocol
  port_range        = each.value.port_range
  policy            = "accept"
  priority          = each.value.priority
  security_group_id = alicloud_security_group.tier[each.value.tier].id
  description       = each.value.description

  # 来源二选一：网段，或另一层的安全组
  cidr_ip                  = each.value.cidr_ip
  source_security_group_id = each.value.from_tier == null ? null : alicloud_security_group.tier[each.value.from_tier].id
}

# 入口层子网：互联网只能访问发布的端口；网络 ACL 无状态，应答流量须单独放行
resource "alicloud_network_acl" "entry" {
  count = length(local.entry_subnets) > 0 ? 1 : 0

  vpc_id           = alicloud_vpc.this.id
  network_acl_name = "${var.name}-entry"
  tags             = var.tags

  dynamic "ingress_acl_entries" {
    for_each = var.entry_ports

    content {
      network_acl_entry_name = "internet-${ingress_acl_entries.value}"
      policy                 = "accept"
      protocol               = "tcp"
      port                   = "${ingress_acl_entries.value}/${ingress_acl_entries.value}"
      source_cidr_ip         = "0.0.0.0/0"
    }
  }

  ingress_acl_entries {
    network_acl_entry_name = "inside"
    policy                 = "accept"
    protocol               = "all"
    port                   = "-1/-1"
    source_cidr_ip         = var.cidr_block
  }

  egress_acl_entries {
    network_acl_entry_name = "inside"
    policy                 = "accept"
    protocol               = "all"
    port                   = "-1/-1"
    destination_cidr_ip    = var.cidr_block
  }

  egress_acl_entries {
    network_acl_entry_name = "replies"
    policy                 = "accept"
    protocol               = "tcp"
    port                   = "1024/65535"
    destination_cidr_ip    = "0.0.0.0/0"
  }

  dynamic "resources" {
    for_each = local.entry_subnets

    content {
      resource_id   = alicloud_vswitch.this[resources.key].id
      resource_type = "VSwitch"
    }
  }
}

# 数据层子网只接受本 VPC 的流量
resource "alicloud_network_acl" "data" {
  vpc_id           = alicloud_vpc.this.id
  network_acl_name = "${var.name}-data"
  tags             = var.tags

  dynamic "ingress_acl_entries" {
    for_each = var.data_acl
    iterator = entry

    content {
      network_acl_entry_name = entry.value.name
      policy                 = entry.value.policy
      protocol               = entry.value.protocol
      port                   = entry.value.port
      source_cidr_ip         = entry.value.source_cidr_ip
    }
  }

  egress_acl_entries {
    network_acl_entry_name = "inside"
    policy                 = "accept"
    protocol               = "all"
    port                   = "-1/-1"
    destination_cidr_ip    = var.cidr_block
  }

  dynamic "resources" {
    for_each = { for key, subnet in var.subnets : key => subnet if subnet.tier == "data" }

    content {
      resource_id   = alicloud_vswitch.this[resources.key].id
      resource_type = "VSwitch"
    }
  }
}

resource "alicloud_nat_gateway" "this" {
  count = var.nat_subnet == null ? 0 : 1

  vpc_id               = alicloud_vpc.this.id
  vswitch_id           = alicloud_vswitch.this[var.nat_subnet].id
  nat_gateway_name     = "${var.name}-nat"
  nat_type             = "Enhanced"
  payment_type         = "PayAsYouGo"
  internet_charge_type = "PayByLcu"
  deletion_protection  = true
  tags                 = var.tags
}

resource "alicloud_eip_address" "nat" {
  count = var.nat_subnet == null ? 0 : 1

  address_name         = "${var.name}-nat"
  bandwidth            = "100"
  internet_charge_type = "PayByTraffic"
  payment_type         = "PayAsYouGo"
  tags                 = var.tags
}

resource "alicloud_eip_association" "nat" {
  count = length(alicloud_nat_gateway.this)

  allocation_id = alicloud_eip_address.nat[count.index].id
  instance_id   = alicloud_nat_gateway.this[count.index].id
  instance_type = "Nat"
}

resource "alicloud_vpc_flow_log" "this" {
  count = var.flow_log == null ? 0 : 1

  flow_log_name  = "${var.name}-flow"
  resource_type  = "VPC"
  resource_id    = alicloud_vpc.this.id
  traffic_type   = "All"
  status         = "Active"
  project_name   = var.flow_log.project
  log_store_name = var.flow_log.store
}
