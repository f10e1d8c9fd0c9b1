# One network with a subnet for each tier and zone (8.1.2.1c, 8.1.2.1d): public (entry), app, data, egress (NAT) and
# firewall. All that comes from and goes to the internet passes the firewall subnets (see module firewall).
locals {
  indices = range(length(var.zones))
  networks = {
    app      = [for index in local.indices : cidrsubnet(var.cidr_block, 4, index)]
    data     = [for index in local.indices : cidrsubnet(var.cidr_block, 4, 4 + index)]
    public   = [for index in local.indices : cidrsubnet(var.cidr_block, 4, 8 + index)]
    egress   = [for index in local.indices : cidrsubnet(var.cidr_block, 4, 12 + index)]
    firewall = [for index in local.indices : cidrsubnet(var.cidr_block, 6, 60 + index)]
  }
  subnets = merge([
    for tier, blocks in local.networks : {
      for index, block in blocks : "${tier}-${index}" => { tier = tier, index = index, cidr_block = block }
    }
  ]...)
  app_network  = cidrsubnet(var.cidr_block, 2, 0)
  data_network = cidrsubnet(var.cidr_block, 2, 1)
  flow_group   = "/vpc/${var.name}/flow"
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr_block
  enable_dns_hostnames = true
  enable_dns_support   = true
  tags                 = { Name = var.name }
}

# The group that everything gets which names none lets nothing through (8.1.3.2a).
resource "aws_default_security_group" "this" {
  vpc_id  = aws_vpc.this.id
  ingress = []
  egress  = []
  tags    = { Name = "${var.name}-default-empty" }
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = var.name }
}

resource "aws_subnet" "this" {
  for_each = local.subnets

  vpc_id                  = aws_vpc.this.id
  cidr_block              = each.value.cidr_block
  availability_zone       = var.zones[each.value.index]
  map_public_ip_on_launch = false
  tags                    = { Name = "${var.name}-${each.key}" }
}

# A table for each subnet; the routes to firewall and internet are those of module firewall.
resource "aws_route_table" "this" {
  for_each = local.subnets

  vpc_id = aws_vpc.this.id
  tags   = { Name = "${var.name}-${each.key}" }
}

resource "aws_route_table_association" "this" {
  for_each = local.subnets

  route_table_id = aws_route_table.this[each.key].id
  subnet_id      = aws_subnet.this[each.key].id
}

# Objects are reached without the internet.
resource "aws_vpc_endpoint" "s3" {
  vpc_id            = aws_vpc.this.id
  vpc_endpoint_type = "Gateway"
  service_name      = "com.amazonaws.${var.region}.s3"
  route_table_ids   = [for key, subnet in local.subnets : aws_route_table.this[key].id if subnet.tier == "app"]
  tags              = { Name = "${var.name}-s3" }
}

# -- network ACLs: what passes between the tiers (8.1.3.2a, 8.1.3.2c); they keep no state -------------------------------

resource "aws_network_acl" "public" {
  vpc_id     = aws_vpc.this.id
  subnet_ids = [for key, subnet in local.subnets : aws_subnet.this[key].id if subnet.tier == "public"]
  tags       = { Name = "${var.name}-public" }

  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    cidr_block = "0.0.0.0/0"
    from_port  = 443
    to_port    = 443
  }

  ingress {
    rule_no    = 110
    action     = "allow"
    protocol   = "tcp"
    cidr_block = local.app_network
    from_port  = 1024
    to_port    = 65535
  }

  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    cidr_block = local.app_network
    from_port  = 8443
    to_port    = 8443
  }

  egress {
    rule_no    = 110
    action     = "allow"
    protocol   = "tcp"
    cidr_block = "0.0.0.0/0"
    from_port  = 1024
    to_port    = 65535
  }
}

resource "aws_network_acl" "data" {
  vpc_id     = aws_vpc.this.id
  subnet_ids = [for key, subnet in local.subnets : aws_subnet.this[key].id if subnet.tier == "data"]
  tags       = { Name = "${var.name}-data" }

  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    cidr_block = local.app_network
    from_port  = 3306
    to_port    = 3306
  }

  # The standby of the database in the other zone.
  ingress {
    rule_no    = 110
    action     = "allow"
    protocol   = "-1"
    cidr_block = local.data_network
    from_port  = 0
    to_port    = 0
  }

  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    cidr_block = local.app_network
    from_port  = 1024
    to_port    = 65535
  }

  egress {
    rule_no    = 110
    action     = "allow"
    protocol   = "-1"
    cidr_block = local.data_network
    from_port  = 0
    to_port    = 0
  }
}

# -- all traffic is recorded (8.1.3.5a) ------------------------------------------------------------------------------

resource "aws_cloudwatch_log_group" "flow" {
  name              = local.flow_group
  retention_in_days = var.log_days
  kms_key_id        = var.log_key_arn
}

resource "aws_iam_role" "flow" {
  name                 = "${var.name}-flow-log"
  description          = "Writes the flow log of ${var.name}."
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "vpc-flow-logs.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "flow" {
  name = "write"
  role = aws_iam_role.flow.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Action = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogGroups", "logs:DescribeLogStreams"]
      Resource = [
        "arn:aws-cn:logs:${var.region}:${var.account_id}:log-group:${local.flow_group}",
        "arn:aws-cn:logs:${var.region}:${var.account_id}:log-group:${local.flow_group}:*",
      ]
    }]
  })
}

resource "aws_flow_log" "this" {
  vpc_id                   = aws_vpc.this.id
  traffic_type             = "ALL"
  log_destination_type     = "cloud-watch-logs"
  log_destination          = aws_cloudwatch_log_group.flow.arn
  iam_role_arn             = aws_iam_role.flow.arn
  max_aggregation_interval = 600
  tags                     = { Name = "${var.name}-all" }

  depends_on = [aws_iam_role_policy.flow]
}
