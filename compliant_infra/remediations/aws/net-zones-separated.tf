# Subnets for data stores alone: a route table without an internet gateway, a network ACL of their own.
variable "data_vpc_id" {
  description = "VPC of the system"
  type        = string
  default     = "vpc-0123456789abcdef0"
}

resource "aws_subnet" "data_tier" {
  for_each          = var.data_subnets
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
    from_port  = var.database_port
    to_port    = var.database_port
    cidr_block = var.system_cidr
  }
  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    from_port  = 1024
    to_port    = 65535
    cidr_block = var.system_cidr
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

variable "data_subnets" {
  description = "Subnets for data stores by zone, with addresses that are free in the VPC"
  type        = map(string)
  default = {
    "cn-north-1a" = "10.0.210.0/24"
    "cn-north-1b" = "10.0.211.0/24"
  }
}

variable "system_cidr" {
  description = "Network of the application"
  type        = string
  default     = "10.0.0.0/16"
}

variable "database_port" {
  description = "Port of the data stores"
  type        = number
  default     = 3306
}
