# A firewall between the levels; routes between the two lead through its endpoints.
variable "firewall_policy_arn" {
  description = "ARN of the policy of the network firewall"
  type        = string
  default     = "arn:aws-cn:network-firewall:cn-north-1:123456789012:firewall-policy/level-boundary"
}

resource "aws_networkfirewall_firewall" "peering" {
  name                = "level-boundary"
  firewall_policy_arn = var.firewall_policy_arn
  vpc_id              = aws_vpc_peering_connection.this.vpc_id
  delete_protection   = true
  subnet_mapping {
    subnet_id = var.firewall_subnet_ids[0]
  }
  subnet_mapping {
    subnet_id = var.firewall_subnet_ids[1]
  }
}

resource "aws_networkfirewall_firewall" "gateway" {
  name                = "level-boundary"
  firewall_policy_arn = var.firewall_policy_arn
  transit_gateway_id  = aws_ec2_transit_gateway_vpc_attachment.this.transit_gateway_id
  delete_protection   = true
  availability_zone_mapping {
    availability_zone_id = "cnn1-az1"
  }
  availability_zone_mapping {
    availability_zone_id = "cnn1-az2"
  }
}

resource "aws_networkfirewall_logging_configuration" "peering" {
  firewall_arn = aws_networkfirewall_firewall.peering.arn
  logging_configuration {
    dynamic "log_destination_config" {
      for_each = toset(["ALERT", "FLOW"])
      content {
        log_type             = log_destination_config.value
        log_destination_type = "CloudWatchLogs"
        log_destination      = { logGroup = var.firewall_log_group }
      }
    }
  }
}

resource "aws_networkfirewall_logging_configuration" "gateway" {
  firewall_arn = aws_networkfirewall_firewall.gateway.arn
  logging_configuration {
    dynamic "log_destination_config" {
      for_each = toset(["ALERT", "FLOW"])
      content {
        log_type             = log_destination_config.value
        log_destination_type = "CloudWatchLogs"
        log_destination      = { logGroup = var.firewall_log_group }
      }
    }
  }
}

variable "firewall_subnet_ids" {
  description = "Subnets of the firewall, one in each zone"
  type        = list(string)
  default     = ["subnet-of-the-firewall-a", "subnet-of-the-firewall-b"]
}

variable "firewall_log_group" {
  description = "Log group of the network firewall"
  type        = string
  default     = "/network-firewall/level-boundary"
}
