# Subnets for data stores alone: a route table without an internet gateway, a network ACL of their own.
variable "data_vpc_id" {
  description = "VPC of the system"
  type        = string
  default     = "vpc-0123456789abcdef0"
}

resource "aws_subnet" "data_tier" {
  for_each = {
    "cn-north-1a" = "10.0.210.0/24"
    "cn-north-1b" = "10.0.211.0/24"
  }
  vpc_id            = var.data_vpc_id
  availability_zone = each.key
  cidr_block        = each.value
}

resource "aws_route_table" "data_tier" {
  vpc_id = var.data_vpc_id
}

resource "aws_route_table_association" "data_tier" {
  for_each       = aws_subnet.data_tier
  subnet_id      = each.value.id
  route_table_id = aws_route_table.data_tier.id
}

resource "aws_network_acl" "data_tier" {
  vpc_id     = var.data_vpc_id
  subnet_ids = [for subnet in aws_subnet.data_tier : subnet.id]
  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    from_port  = 3306
    to_port    = 3306
    cidr_block = "10.0.0.0/16"
  }
  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    from_port  = 1024
    to_port    = 65535
    cidr_block = "10.0.0.0/16"
  }
}

resource "aws_db_subnet_group" "this" {
  subnet_ids = [for subnet in aws_subnet.data_tier : subnet.id]
}

resource "aws_elasticache_subnet_group" "this" {
  subnet_ids = [for subnet in aws_subnet.data_tier : subnet.id]
}

resource "aws_redshift_subnet_group" "this" {
  subnet_ids = [for subnet in aws_subnet.data_tier : subnet.id]
}

resource "aws_opensearch_domain" "this" {
  vpc_options {
    subnet_ids = [for subnet in aws_subnet.data_tier : subnet.id]
  }
}
