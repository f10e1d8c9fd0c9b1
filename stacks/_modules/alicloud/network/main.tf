# 8.1.2.1 c, d: the network is divided into tiers that lie in several zones, and important tiers do not face outside.
locals {
  tiers = {
    application = cidrsubnet(var.cidr_block, 2, 0)
    data        = cidrsubnet(var.cidr_block, 2, 1)
    public      = cidrsubnet(var.cidr_block, 2, 2)
  }
  subnets = merge([
    for tier, block in local.tiers : {
      for index, zone in var.zones : "${tier}-${index}" => {
        tier  = tier
        zone  = zone
        block = cidrsubnet(block, 2, index)
      }
    }
  ]...)
  # Services of the cloud itself: name resolution, time, metadata, package mirrors.
  services = "100.64.0.0/10"
}

resource "alicloud_vpc" "this" {
  vpc_name            = var.name
  cidr_block          = var.cidr_block
  dns_hostname_status = "ENABLED"
  tags                = var.tags
}

resource "alicloud_vswitch" "tier" {
  for_each = local.subnets

  vpc_id       = alicloud_vpc.this.id
  vswitch_name = "${var.name}-${each.key}"
  cidr_block   = each.value.block
  zone_id      = each.value.zone
  tags         = merge(var.tags, { tier = each.value.tier })
}

resource "alicloud_route_table" "tier" {
  for_each = local.tiers

  vpc_id           = alicloud_vpc.this.id
  route_table_name = "${var.name}-${each.key}"
  description      = "Routes of the ${each.key} tier"
  associate_type   = "VSwitch"
  tags             = var.tags
}

resource "alicloud_route_table_attachment" "tier" {
  for_each = local.subnets

  vswitch_id     = alicloud_vswitch.tier[each.key].id
  route_table_id = alicloud_route_table.tier[each.value.tier].id
}

# -- what passes between the tiers: 8.1.3.2 a, b -------------------------------------------------------------------

resource "alicloud_network_acl" "public" {
  vpc_id           = alicloud_vpc.this.id
  network_acl_name = "${var.name}-public"
  description      = "What passes in and out of the public tier"
  tags             = var.tags

  dynamic "ingress_acl_entries" {
    for_each = [80, 443]
    content {
      network_acl_entry_name = "clients"
      policy                 = "accept"
      protocol               = "tcp"
      port                   = "${ingress_acl_entries.value}/${ingress_acl_entries.value}"
      source_cidr_ip         = "0.0.0.0/0"
    }
  }
  ingress_acl_entries {
    network_acl_entry_name = "answers of the application tier"
    policy                 = "accept"
    protocol               = "tcp"
    port                   = "1024/65535"
    source_cidr_ip         = local.tiers.application
  }
  ingress_acl_entries {
    network_acl_entry_name = "everything else"
    policy                 = "drop"
    protocol               = "all"
    port                   = "-1/-1"
    source_cidr_ip         = "0.0.0.0/0"
  }
  egress_acl_entries {
    network_acl_entry_name = "to the application tier"
    policy                 = "accept"
    protocol               = "tcp"
    port                   = "${var.application_port}/${var.application_port}"
    destination_cidr_ip    = local.tiers.application
  }
  egress_acl_entries {
    network_acl_entry_name = "answers to clients"
    policy                 = "accept"
    protocol               = "tcp"
    port                   = "1024/65535"
    destination_cidr_ip    = "0.0.0.0/0"
  }
  egress_acl_entries {
    network_acl_entry_name = "everything else"
    policy                 = "drop"
    protocol               = "all"
    port                   = "-1/-1"
    destination_cidr_ip    = "0.0.0.0/0"
  }
}

resource "alicloud_network_acl" "application" {
  vpc_id           = alicloud_vpc.this.id
  network_acl_name = "${var.name}-application"
  description      = "What passes in and out of the application tier"
  tags             = var.tags

  ingress_acl_entries {
    network_acl_entry_name = "from the entry"
    policy                 = "accept"
    protocol               = "tcp"
    port                   = "${var.application_port}/${var.application_port}"
    source_cidr_ip         = local.tiers.public
  }
  ingress_acl_entries {
    network_acl_entry_name = "within the tier, over the zones"
    policy                 = "accept"
    protocol               = "all"
    port                   = "-1/-1"
    source_cidr_ip         = local.tiers.application
  }
  ingress_acl_entries {
    network_acl_entry_name = "answers of the data tier"
    policy                 = "accept"
    protocol               = "tcp"
    port                   = "32768/65535"
    source_cidr_ip         = local.tiers.data
  }
  # Ports of answers; 50070, a port of file systems, is left out.
  dynamic "ingress_acl_entries" {
    for_each = ["32768/50069", "50071/65535"]
    content {
      network_acl_entry_name = "answers from outside"
      policy                 = "accept"
      protocol               = "tcp"
      port                   = ingress_acl_entries.value
      source_cidr_ip         = "0.0.0.0/0"
    }
  }
  ingress_acl_entries {
    network_acl_entry_name = "answers of services of the cloud"
    policy                 = "accept"
    protocol               = "udp"
    port                   = "32768/65535"
    source_cidr_ip         = local.services
  }
  ingress_acl_entries {
    network_acl_entry_name = "everything else"
    policy                 = "drop"
    protocol               = "all"
    port                   = "-1/-1"
    source_cidr_ip         = "0.0.0.0/0"
  }
  egress_acl_entries {
    network_acl_entry_name = "answers of the application tier"
    policy                 = "accept"
    protocol               = "tcp"
    port                   = "1024/65535"
    destination_cidr_ip    = local.tiers.public
  }
  egress_acl_entries {
    network_acl_entry_name = "within the tier, over the zones"
    policy                 = "accept"
    protocol               = "all"
    port                   = "-1/-1"
    destination_cidr_ip    = local.tiers.application
  }
  dynamic "egress_acl_entries" {
    for_each = var.data_ports
    content {
      network_acl_entry_name = "to the data tier"
      policy                 = "accept"
      protocol               = "tcp"
      port                   = "${egress_acl_entries.value}/${egress_acl_entries.value}"
      destination_cidr_ip    = local.tiers.data
    }
  }
  egress_acl_entries {
    network_acl_entry_name = "to the internet"
    policy                 = "accept"
    protocol               = "tcp"
    port                   = "443/443"
    destination_cidr_ip    = "0.0.0.0/0"
  }
  egress_acl_entries {
    network_acl_entry_name = "to services of the cloud"
    policy                 = "accept"
    protocol               = "tcp"
    port                   = "80/80"
    destination_cidr_ip    = local.services
  }
  dynamic "egress_acl_entries" {
    for_each = [53, 123]
    content {
      network_acl_entry_name = "to services of the cloud"
      policy                 = "accept"
      protocol               = "udp"
      port                   = "${egress_acl_entries.value}/${egress_acl_entries.value}"
      destination_cidr_ip    = local.services
    }
  }
  egress_acl_entries {
    network_acl_entry_name = "everything else"
    policy                 = "drop"
    protocol               = "all"
    port                   = "-1/-1"
    destination_cidr_ip    = "0.0.0.0/0"
  }
}

resource "alicloud_network_acl" "data" {
  vpc_id           = alicloud_vpc.this.id
  network_acl_name = "${var.name}-data"
  description      = "What passes in and out of the data tier"
  tags             = var.tags

  dynamic "ingress_acl_entries" {
    for_each = var.data_ports
    content {
      network_acl_entry_name = "from the application tier"
      policy                 = "accept"
      protocol               = "tcp"
      port                   = "${ingress_acl_entries.value}/${ingress_acl_entries.value}"
      source_cidr_ip         = local.tiers.application
    }
  }
  ingress_acl_entries {
    network_acl_entry_name = "within the tier, over the zones"
    policy                 = "accept"
    protocol               = "all"
    port                   = "-1/-1"
    source_cidr_ip         = local.tiers.data
  }
  ingress_acl_entries {
    network_acl_entry_name = "everything else"
    policy                 = "drop"
    protocol               = "all"
    port                   = "-1/-1"
    source_cidr_ip         = "0.0.0.0/0"
  }
  egress_acl_entries {
    network_acl_entry_name = "answers of the data tier"
    policy                 = "accept"
    protocol               = "tcp"
    port                   = "32768/65535"
    destination_cidr_ip    = local.tiers.application
  }
  egress_acl_entries {
    network_acl_entry_name = "within the tier, over the zones"
    policy                 = "accept"
    protocol               = "all"
    port                   = "-1/-1"
    destination_cidr_ip    = local.tiers.data
  }
  egress_acl_entries {
    network_acl_entry_name = "everything else"
    policy                 = "drop"
    protocol               = "all"
    port                   = "-1/-1"
    destination_cidr_ip    = "0.0.0.0/0"
  }
}

locals {
  acls = {
    public      = alicloud_network_acl.public.id
    application = alicloud_network_acl.application.id
    data        = alicloud_network_acl.data.id
  }
}

resource "alicloud_vpc_network_acl_attachment" "tier" {
  for_each = local.subnets

  network_acl_id = local.acls[each.value.tier]
  resource_id    = alicloud_vswitch.tier[each.key].id
  resource_type  = "VSwitch"
}

# -- security groups: 8.1.3.2 a: nothing passes but by a rule ------------------------------------------------------

locals {
  groups = {
    entry       = "Load balancers"
    application = "Servers"
  }
  # Rules by address. Everything that no rule lets out stays in. Data stores have lists of addresses of their own.
  rules = merge(
    { for port in [80, 443] : "entry-in-${port}" => {
      group = "entry", type = "ingress", protocol = "tcp", port = port, cidr = "0.0.0.0/0", text = "clients"
    } },
    {
      entry-out = {
        group    = "entry"
        type     = "egress"
        protocol = "tcp"
        port     = var.application_port
        cidr     = local.tiers.application
        text     = "to the application tier"
      }
      application-in = {
        group    = "application"
        type     = "ingress"
        protocol = "tcp"
        port     = var.application_port
        cidr     = local.tiers.public
        text     = "from the entry"
      }
      application-out-443 = {
        group    = "application"
        type     = "egress"
        protocol = "tcp"
        port     = 443
        cidr     = "0.0.0.0/0"
        text     = "to the internet, over TLS"
      }
    },
    { for port in var.data_ports : "application-out-${port}" => {
      group = "application", type = "egress", protocol = "tcp", port = port, cidr = local.tiers.data, text = "to data"
    } },
    { for port in [80, 443] : "application-services-tcp-${port}" => {
      group = "application", type = "egress", protocol = "tcp", port = port, cidr = local.services, text = "services"
    } },
    { for port in [53, 123] : "application-services-udp-${port}" => {
      group = "application", type = "egress", protocol = "udp", port = port, cidr = local.services, text = "services"
    } },
  )
}

resource "alicloud_security_group" "tier" {
  for_each = local.groups

  vpc_id              = alicloud_vpc.this.id
  security_group_name = "${var.name}-${each.key}"
  description         = each.value
  security_group_type = "normal"
  inner_access_policy = "Drop"
  tags                = var.tags
}

resource "alicloud_security_group_rule" "tier" {
  for_each = local.rules

  security_group_id = alicloud_security_group.tier[each.value.group].id
  type              = each.value.type
  ip_protocol       = each.value.protocol
  port_range        = "${each.value.port}/${each.value.port}"
  cidr_ip           = each.value.cidr
  nic_type          = "intranet"
  policy            = "accept"
  priority          = 1
  description       = each.value.text
}

resource "alicloud_security_group_rule" "rest" {
  for_each = local.groups

  security_group_id = alicloud_security_group.tier[each.key].id
  type              = "egress"
  ip_protocol       = "all"
  port_range        = "-1/-1"
  cidr_ip           = "0.0.0.0/0"
  nic_type          = "intranet"
  policy            = "drop"
  priority          = 100
  description       = "everything else stays in"
}

# -- the way out: one address for all servers, none of which has an address of its own -----------------------------

resource "alicloud_vswitch" "outbound" {
  vpc_id       = alicloud_vpc.this.id
  vswitch_name = "${var.name}-outbound"
  cidr_block   = cidrsubnet(var.cidr_block, 4, 12)
  zone_id      = var.zones[0]
  tags         = merge(var.tags, { tier = "outbound" })
}

resource "alicloud_nat_gateway" "this" {
  vpc_id               = alicloud_vpc.this.id
  vswitch_id           = alicloud_vswitch.outbound.id
  nat_gateway_name     = "${var.name}-nat"
  nat_type             = "Enhanced"
  network_type         = "internet"
  availability_mode    = "CrossAZ"
  payment_type         = "PayAsYouGo"
  internet_charge_type = "PayByLcu"
  icmp_reply_enabled   = false
  deletion_protection  = var.level.number >= 3
  tags                 = var.tags
}

resource "alicloud_eip_address" "nat" {
  address_name         = "${var.name}-nat"
  isp                  = "BGP"
  payment_type         = "PayAsYouGo"
  internet_charge_type = "PayByTraffic"
  bandwidth            = "100"
  deletion_protection  = var.level.number >= 3
  tags                 = var.tags
}

resource "alicloud_eip_association" "nat" {
  allocation_id = alicloud_eip_address.nat.id
  instance_id   = alicloud_nat_gateway.this.id
  instance_type = "Nat"
}

resource "alicloud_snat_entry" "application" {
  for_each = { for key, subnet in local.subnets : key => subnet if subnet.tier == "application" }

  snat_table_id     = alicloud_nat_gateway.this.snat_table_ids
  source_vswitch_id = alicloud_vswitch.tier[each.key].id
  snat_ip           = alicloud_eip_address.nat.ip_address
  snat_entry_name   = "${var.name}-${each.key}"

  depends_on = [alicloud_eip_association.nat]
}

resource "alicloud_route_entry" "outbound" {
  route_table_id        = alicloud_route_table.tier["application"].id
  destination_cidrblock = "0.0.0.0/0"
  nexthop_type          = "NatGateway"
  nexthop_id            = alicloud_nat_gateway.this.id
}

# Objects are read and written without leaving the network.
resource "alicloud_vpc_gateway_endpoint" "oss" {
  vpc_id                = alicloud_vpc.this.id
  service_name          = "com.aliyun.${var.region}.oss"
  gateway_endpoint_name = "${var.name}-oss"
  route_tables          = [alicloud_route_table.tier["application"].id, alicloud_route_table.tier["data"].id]
  tags                  = var.tags
}

# 8.1.3.5: what passes is recorded.
resource "alicloud_vpc_flow_log" "this" {
  flow_log_name        = "${var.name}-flow"
  description          = "All traffic of the network"
  resource_type        = "VPC"
  resource_id          = alicloud_vpc.this.id
  traffic_type         = "All"
  aggregation_interval = "10"
  project_name         = var.flow_log.project
  log_store_name       = var.flow_log.store
  status               = "Active"
  tags                 = var.tags
}
