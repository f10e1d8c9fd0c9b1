# One network with a subnet for each tier and zone (8.1.2.1c, 8.1.2.1d): edge (the firewall of the edge
# reaches the entry through it), app, data and ops (bastion host).
locals {
  tiers = ["edge", "app", "data", "ops"]

  # A /20 for each tier, and in it a /24 for each zone.
  networks = { for index, tier in local.tiers : tier => cidrsubnet(var.cidr_block, 4, index) }
  zone_networks = {
    for tier in local.tiers : tier => [for index, _ in var.zones : cidrsubnet(local.networks[tier], 4, index)]
  }
  subnets = merge([
    for tier in local.tiers : {
      for index, zone in var.zones : "${tier}-${index}" => {
        tier       = tier
        zone       = zone
        cidr_block = local.zone_networks[tier][index]
      }
    }
  ]...)
}

resource "tencentcloud_vpc" "this" {
  name       = var.name
  cidr_block = var.cidr_block
  tags       = var.tags
}

# A table for each tier: only the application tier is ever given a route out (by module egress).
resource "tencentcloud_route_table" "this" {
  for_each = toset(local.tiers)

  name   = "${var.name}-${each.key}"
  vpc_id = tencentcloud_vpc.this.id
  tags   = var.tags
}

resource "tencentcloud_subnet" "this" {
  for_each = local.subnets

  name              = "${var.name}-${each.key}"
  vpc_id            = tencentcloud_vpc.this.id
  cidr_block        = each.value.cidr_block
  availability_zone = each.value.zone
  route_table_id    = tencentcloud_route_table.this[each.value.tier].id
  is_multicast      = false
  tags              = var.tags
}

# -- network ACLs: what passes between the tiers (8.1.3.2a, 8.1.3.2c) -------------------------------------------------
# Action#network#port#protocol. ACLs keep no state: answers come back to the high ports.

resource "tencentcloud_vpc_acl" "data" {
  name   = "${var.name}-data"
  vpc_id = tencentcloud_vpc.this.id
  tags   = var.tags

  ingress = [
    "ACCEPT#${local.networks["app"]}#3306#TCP",
    "ACCEPT#${local.networks["app"]}#6379#TCP",
    "ACCEPT#${local.networks["ops"]}#3306#TCP",
    "DROP#0.0.0.0/0#ALL#ALL",
  ]
  egress = [
    "ACCEPT#${local.networks["app"]}#1024-65535#TCP",
    "ACCEPT#${local.networks["ops"]}#1024-65535#TCP",
    "DROP#0.0.0.0/0#ALL#ALL",
  ]
}

resource "tencentcloud_vpc_acl_attachment" "this" {
  for_each = { for key, subnet in local.subnets : key => subnet if subnet.tier == "data" }

  acl_id    = tencentcloud_vpc_acl.data.id
  subnet_id = tencentcloud_subnet.this[each.key].id
}

# -- security groups: who may speak to whom (8.1.3.2b) ----------------------------------------------------------------

resource "tencentcloud_security_group" "this" {
  for_each = {
    entry = "Public entry: HTTPS from anywhere, onward to the servers only."
    app   = "Application servers: called through the entry, signed in to from the bastion host."
    data  = "Data stores: called by the servers, administered through the bastion host."
  }

  name        = "${var.name}-${each.key}"
  description = each.value
  tags        = var.tags
}

resource "tencentcloud_security_group_rule_set" "entry" {
  security_group_id = tencentcloud_security_group.this["entry"].id

  ingress {
    action      = "ACCEPT"
    protocol    = "TCP"
    port        = "443"
    cidr_block  = "0.0.0.0/0"
    description = "HTTPS of the website"
  }

  ingress {
    action      = "DROP"
    protocol    = "ALL"
    port        = "ALL"
    cidr_block  = "0.0.0.0/0"
    description = "everything else"
  }

  egress {
    action      = "ACCEPT"
    protocol    = "TCP"
    port        = "8443"
    cidr_block  = local.networks["app"]
    description = "servers"
  }

  egress {
    action      = "DROP"
    protocol    = "ALL"
    port        = "ALL"
    cidr_block  = "0.0.0.0/0"
    description = "everything else"
  }
}

resource "tencentcloud_security_group_rule_set" "app" {
  security_group_id = tencentcloud_security_group.this["app"].id

  ingress {
    action      = "ACCEPT"
    protocol    = "TCP"
    port        = "22"
    cidr_block  = local.networks["ops"]
    description = "bastion host"
  }

  ingress {
    action      = "DROP"
    protocol    = "ALL"
    port        = "ALL"
    cidr_block  = "0.0.0.0/0"
    description = "everything else"
  }

  egress {
    action      = "ACCEPT"
    protocol    = "TCP"
    port        = "3306"
    cidr_block  = local.networks["data"]
    description = "MySQL"
  }

  egress {
    action      = "ACCEPT"
    protocol    = "TCP"
    port        = "6379"
    cidr_block  = local.networks["data"]
    description = "Redis"
  }

  # Services of the cloud itself, which are in every network: names, and at addresses of the link the temporary keys of
  # the role, time, package mirrors and the agents.
  dynamic "egress" {
    for_each = ["183.60.82.98/32", "183.60.83.19/32"]

    content {
      action      = "ACCEPT"
      protocol    = "UDP"
      port        = "53"
      cidr_block  = egress.value
      description = "Resolvers of the cloud"
    }
  }

  egress {
    action      = "ACCEPT"
    protocol    = "ALL"
    port        = "ALL"
    cidr_block  = "169.254.0.0/16"
    description = "Services of the cloud"
  }

  # Out through the NAT firewall, which looks at the names that are called.
  egress {
    action      = "ACCEPT"
    protocol    = "TCP"
    port        = "443"
    cidr_block  = "0.0.0.0/0"
    description = "HTTPS to services outside"
  }

  egress {
    action      = "DROP"
    protocol    = "ALL"
    port        = "ALL"
    cidr_block  = "0.0.0.0/0"
    description = "everything else"
  }
}

resource "tencentcloud_security_group_rule_set" "data" {
  security_group_id = tencentcloud_security_group.this["data"].id

  ingress {
    action      = "ACCEPT"
    protocol    = "TCP"
    port        = "3306"
    cidr_block  = local.networks["app"]
    description = "MySQL for the servers"
  }

  ingress {
    action      = "ACCEPT"
    protocol    = "TCP"
    port        = "6379"
    cidr_block  = local.networks["app"]
    description = "Redis for the servers"
  }

  ingress {
    action      = "ACCEPT"
    protocol    = "TCP"
    port        = "3306"
    cidr_block  = local.networks["ops"]
    description = "MySQL for the bastion host"
  }

  ingress {
    action      = "DROP"
    protocol    = "ALL"
    port        = "ALL"
    cidr_block  = "0.0.0.0/0"
    description = "everything else"
  }

  egress {
    action      = "DROP"
    protocol    = "ALL"
    port        = "ALL"
    cidr_block  = "0.0.0.0/0"
    description = "data stores call nobody"
  }
}

# All traffic is recorded (8.1.3.5a).
resource "tencentcloud_vpc_flow_log" "this" {
  flow_log_name = "${var.name}-all"
  resource_type = "VPC"
  resource_id   = tencentcloud_vpc.this.id
  vpc_id        = tencentcloud_vpc.this.id
  traffic_type  = "ALL"
  storage_type  = "cls"
  cloud_log_id  = var.flow_log_topic_id
  tags          = var.tags
}
