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
  for_each = aws_subnet.this

  subnet_id      = each.value.id
  route_table_id = aws_route_table.private.id
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
