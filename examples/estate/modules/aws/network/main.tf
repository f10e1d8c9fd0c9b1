locals {
  entry_subnets = { for key, subnet in var.subnets : key => subnet if subnet.tier == "entry" }
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr_block
  enable_dns_hostnames = true
  tags                 = { Name = var.name }
}

resource "aws_subnet" "this" {
  for_each = var.subnets

  vpc_id                  = aws_vpc.this.id
  cidr_block              = cidrsubnet(var.cidr_block, each.value.newbits, each.value.netnum)
  availability_zone       = each.value.zone
  map_public_ip_on_launch = false
  tags                    = { Name = "${var.name}-${each.key}", tier = each.value.tier }
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = "${var.name}-private" }
}

resource "aws_route_table_association" "private" {
  for_each = { for key, subnet in var.subnets : key => subnet if subnet.tier != "entry" }

  subnet_id      = aws_subnet.this[each.key].id
  route_table_id = aws_route_table.private.id
}

# 只有入口层子网通向互联网
resource "aws_internet_gateway" "this" {
  count = length(local.entry_subnets) > 0 ? 1 : 0

  vpc_id = aws_vpc.this.id
  tags   = { Name = var.name }
}

resource "aws_route_table" "public" {
  count = length(aws_internet_gateway.this)

  vpc_id = aws_vpc.this.id
  tags   = { Name = "${var.name}-public" }

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.this[count.index].id
  }
}

resource "aws_route_table_association" "public" {
  for_each = local.entry_subnets

  subnet_id      = aws_subnet.this[each.key].id
  route_table_id = aws_route_table.public[0].id
}

# 流日志投递到集中的日志桶
resource "aws_flow_log" "this" {
  count = var.flow_log_bucket_arn == null ? 0 : 1

  vpc_id                   = aws_vpc.this.id
  traffic_type             = "ALL"
  log_destination_type     = "s3"
  log_destination          = "${var.flow_log_bucket_arn}/flow-logs/"
  max_aggregation_interval = 60
}

# 默认安全组收回全部规则
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_security_group" "tier" {
  for_each = var.tiers

  name        = "${var.name}-${each.key}"
  description = "Tier ${each.key}"
  vpc_id      = aws_vpc.this.id
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = {
    for rule in flatten([
      for tier, settings in var.tiers : [
        for name, ingress in settings.ingress : merge(ingress, { key = "${tier}-${name}", tier = tier })
      ]
    ]) : rule.key => rule
  }

  security_group_id            = aws_security_group.tier[each.value.tier].id
  description                  = each.value.description
  ip_protocol                  = each.value.protocol
  from_port                    = each.value.port
  to_port                      = each.value.port
  cidr_ipv4                    = each.value.cidr
  referenced_security_group_id = each.value.from_tier == null ? null : aws_security_group.tier[each.value.from_tier].id
}

# 入口层：互联网只能访问 80、443，应答走临时端口
resource "aws_network_acl" "entry" {
  count = length(local.entry_subnets) > 0 ? 1 : 0

  vpc_id     = aws_vpc.this.id
  subnet_ids = [for key, subnet in local.entry_subnets : aws_subnet.this[key].id]
  tags       = { Name = "${var.name}-entry" }

  dynamic "ingress" {
    for_each = { 100 = 80, 110 = 443 }

    content {
      rule_no    = ingress.key
      action     = "allow"
      protocol   = "tcp"
      from_port  = ingress.value
      to_port    = ingress.value
      cidr_block = "0.0.0.0/0"
    }
  }

  ingress {
    rule_no    = 200
    action     = "allow"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = var.cidr_block
  }

  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    from_port  = 1024
    to_port    = 65535
    cidr_block = "0.0.0.0/0"
  }
}

resource "aws_network_acl" "data" {
  vpc_id     = aws_vpc.this.id
  subnet_ids = [for key, subnet in aws_subnet.this : subnet.id if var.subnets[key].tier == "data"]
  tags       = { Name = "${var.name}-data" }
}

resource "aws_network_acl_rule" "data" {
  for_each = var.data_acl

  network_acl_id = aws_network_acl.data.id
  rule_number    = each.value.number
  egress         = each.value.egress
  protocol       = each.value.protocol
  rule_action    = each.value.action
  cidr_block     = each.value.cidr_block
  from_port      = each.value.from_port
  to_port        = each.value.to_port
}

output "vpc_id" {
  value = aws_vpc.this.id
}

output "subnet_ids" {
  value = { for tier in distinct([for subnet in var.subnets : subnet.tier]) : tier => [
    for key, subnet in aws_subnet.this : subnet.id if var.subnets[key].tier == tier
  ] }
}

output "security_group_ids" {
  value = { for key, group in aws_security_group.tier : key => group.id }
}
