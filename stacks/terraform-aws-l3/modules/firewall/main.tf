# A network firewall between the internet and everything else, in both directions (8.1.3.2, 8.1.3.3): known attacks are
# dropped, in comes TLS only, out go calls to listed domains only.
locals {
  managed = ["ThreatSignaturesExploitsStrictOrder", "ThreatSignaturesMalwareStrictOrder"]

  # The endpoint of each zone, in the order of the zones.
  endpoints = [
    for zone in var.zones : one([
      for state in aws_networkfirewall_firewall.this.firewall_status[0].sync_states :
      state.attachment[0].endpoint_id if state.availability_zone == zone
    ])
  ]
}

resource "aws_networkfirewall_rule_group" "inbound" {
  name        = "${var.name}-inbound"
  description = "In comes TLS."
  type        = "STATEFUL"
  capacity    = 100

  encryption_configuration {
    type   = "CUSTOMER_KMS"
    key_id = var.kms_key_arn
  }

  rule_group {
    rules_source {
      rules_string = "pass tls $EXTERNAL_NET any -> $HOME_NET 443 (msg:\"TLS from outside\"; flow:to_server; sid:1; rev:1;)"
    }

    stateful_rule_options {
      rule_order = "STRICT_ORDER"
    }
  }
}

resource "aws_networkfirewall_rule_group" "outbound" {
  name        = "${var.name}-outbound"
  description = "Out go calls to listed domains."
  type        = "STATEFUL"
  capacity    = 1000

  encryption_configuration {
    type   = "CUSTOMER_KMS"
    key_id = var.kms_key_arn
  }

  rule_group {
    rules_source {
      rules_source_list {
        generated_rules_type = "ALLOWLIST"
        target_types         = ["TLS_SNI", "HTTP_HOST"]
        targets              = var.outbound_domains
      }
    }

    stateful_rule_options {
      rule_order = "STRICT_ORDER"
    }
  }
}

resource "aws_networkfirewall_firewall_policy" "this" {
  name = var.name

  encryption_configuration {
    type   = "CUSTOMER_KMS"
    key_id = var.kms_key_arn
  }

  firewall_policy {
    stateless_default_actions          = ["aws:forward_to_sfe"]
    stateless_fragment_default_actions = ["aws:forward_to_sfe"]
    stateful_default_actions           = ["aws:drop_established", "aws:alert_established"]

    stateful_engine_options {
      rule_order              = "STRICT_ORDER"
      stream_exception_policy = "DROP"
    }

    dynamic "stateful_rule_group_reference" {
      for_each = local.managed

      content {
        priority     = 10 * (stateful_rule_group_reference.key + 1)
        resource_arn = "arn:aws-cn:network-firewall:${var.region}:aws-managed:stateful-rulegroup/${stateful_rule_group_reference.value}"
      }
    }

    stateful_rule_group_reference {
      priority     = 100
      resource_arn = aws_networkfirewall_rule_group.inbound.arn
    }

    stateful_rule_group_reference {
      priority     = 110
      resource_arn = aws_networkfirewall_rule_group.outbound.arn
    }
  }
}

resource "aws_networkfirewall_firewall" "this" {
  name                     = var.name
  vpc_id                   = var.network.vpc_id
  firewall_policy_arn      = aws_networkfirewall_firewall_policy.this.arn
  delete_protection        = true
  subnet_change_protection = true

  encryption_configuration {
    type   = "CUSTOMER_KMS"
    key_id = var.kms_key_arn
  }

  dynamic "subnet_mapping" {
    for_each = var.network.subnet_ids["firewall"]

    content {
      subnet_id = subnet_mapping.value
    }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  for_each = toset(["alert", "flow"])

  name              = "/aws/network-firewall/${var.name}/${each.key}"
  retention_in_days = var.log_days
  kms_key_id        = var.log_key_arn
}

resource "aws_networkfirewall_logging_configuration" "this" {
  firewall_arn = aws_networkfirewall_firewall.this.arn

  logging_configuration {
    dynamic "log_destination_config" {
      for_each = aws_cloudwatch_log_group.this

      content {
        log_type             = upper(log_destination_config.key)
        log_destination_type = "CloudWatchLogs"
        log_destination      = { logGroup = log_destination_config.value.name }
      }
    }
  }
}

# -- routes ----------------------------------------------------------------------------------------------------------

resource "aws_eip" "nat" {
  count = length(var.zones)

  domain = "vpc"
  tags   = { Name = "${var.name}-nat-${count.index}" }
}

resource "aws_nat_gateway" "this" {
  count = length(var.zones)

  subnet_id     = var.network.subnet_ids["egress"][count.index]
  allocation_id = aws_eip.nat[count.index].allocation_id
  tags          = { Name = "${var.name}-${count.index}" }
}

# Out: application -> NAT gateway -> firewall -> internet.
resource "aws_route" "app" {
  count = length(var.zones)

  route_table_id         = var.network.route_table_ids["app"][count.index]
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[count.index].id
}

resource "aws_route" "egress" {
  count = length(var.zones)

  route_table_id         = var.network.route_table_ids["egress"][count.index]
  destination_cidr_block = "0.0.0.0/0"
  vpc_endpoint_id        = local.endpoints[count.index]
}

resource "aws_route" "public" {
  count = length(var.zones)

  route_table_id         = var.network.route_table_ids["public"][count.index]
  destination_cidr_block = "0.0.0.0/0"
  vpc_endpoint_id        = local.endpoints[count.index]
}

resource "aws_route" "firewall" {
  count = length(var.zones)

  route_table_id         = var.network.route_table_ids["firewall"][count.index]
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = var.network.internet_gateway_id
}

# In: internet gateway -> firewall of the zone -> entry or NAT gateway, so that answers take the way of the questions.
resource "aws_route_table" "arrival" {
  vpc_id = var.network.vpc_id
  tags   = { Name = "${var.name}-arrival" }
}

resource "aws_route_table_association" "arrival" {
  route_table_id = aws_route_table.arrival.id
  gateway_id     = var.network.internet_gateway_id
}

resource "aws_route" "arrival_public" {
  count = length(var.zones)

  route_table_id         = aws_route_table.arrival.id
  destination_cidr_block = var.network.networks["public"][count.index]
  vpc_endpoint_id        = local.endpoints[count.index]
}

resource "aws_route" "arrival_egress" {
  count = length(var.zones)

  route_table_id         = aws_route_table.arrival.id
  destination_cidr_block = var.network.networks["egress"][count.index]
  vpc_endpoint_id        = local.endpoints[count.index]
}
