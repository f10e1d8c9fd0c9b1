# Buckets and networks by themselves.

mock_provider "aws" {}

run "locked_bucket" {
  command = plan

  module {
    source = "./modules/bucket"
  }

  variables {
    bucket      = "shop-audit-123456789012"
    account_id  = "123456789012"
    region      = "cn-north-1"
    kms_key_arn = "arn:aws-cn:kms:cn-north-1:123456789012:key/1"
    log_bucket  = "shop-access-logs-123456789012"
    lock_days   = 365
    trail_arn   = "arn:aws-cn:cloudtrail:cn-north-1:123456789012:trail/shop"
  }

  assert {
    condition     = aws_s3_bucket.this.object_lock_enabled
    error_message = "A bucket that is to be locked is made for it."
  }

  assert {
    condition     = aws_s3_bucket_object_lock_configuration.this[0].rule[0].default_retention[0].mode == "COMPLIANCE"
    error_message = "Nobody shortens the lock."
  }

  assert {
    condition = length([
      for statement in jsondecode(aws_s3_bucket_policy.this.policy).Statement : statement
      if statement.Effect == "Deny" && can(statement.Condition.Bool["aws:SecureTransport"])
    ]) == 1
    error_message = "Plain HTTP is denied."
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_s3_bucket_policy.this.policy).Statement :
      statement.Effect == "Deny" || statement.Principal == { Service = "cloudtrail.amazonaws.com" }
    ])
    error_message = "Only the trail writes into the bucket of the audit records."
  }
}

run "bucket_of_access_logs" {
  command = plan

  module {
    source = "./modules/bucket"
  }

  variables {
    bucket           = "shop-access-logs-123456789012"
    account_id       = "123456789012"
    region           = "cn-north-1"
    customer_key     = false
    log_sources      = "shop-*"
    balancer_account = "638102146993"
  }

  assert {
    condition     = length(aws_s3_bucket_logging.this) == 0 && length(aws_s3_bucket_object_lock_configuration.this) == 0
    error_message = "The bucket of access logs keeps no log of itself."
  }
}

run "network" {
  command = plan

  module {
    source = "./modules/network"
  }

  variables {
    name        = "shop"
    account_id  = "123456789012"
    region      = "cn-north-1"
    cidr_block  = "10.30.0.0/16"
    zones       = ["cn-north-1a", "cn-north-1b", "cn-north-1d"]
    log_key_arn = "arn:aws-cn:kms:cn-north-1:123456789012:key/1"
    log_days    = 365
  }

  assert {
    condition     = length(distinct([for subnet in aws_subnet.this : subnet.cidr_block])) == 15
    error_message = "Five tiers have a subnet of their own in each of three zones."
  }

  assert {
    condition     = alltrue([for subnet in aws_subnet.this : !subnet.map_public_ip_on_launch])
    error_message = "No subnet gives out public addresses."
  }

  assert {
    condition     = alltrue([for rule in aws_network_acl.data.ingress : rule.cidr_block != "0.0.0.0/0"])
    error_message = "Nothing but the tiers of the network reaches the data tier."
  }
}

run "firewall" {
  command = plan

  module {
    source = "./modules/firewall"
  }

  variables {
    name             = "shop"
    region           = "cn-north-1"
    zones            = ["cn-north-1a", "cn-north-1b"]
    outbound_domains = [".amazonaws.com.cn"]
    kms_key_arn      = "arn:aws-cn:kms:cn-north-1:123456789012:key/1"
    log_key_arn      = "arn:aws-cn:kms:cn-north-1:123456789012:key/2"
    log_days         = 365

    network = {
      vpc_id              = "vpc-1"
      internet_gateway_id = "igw-1"
      networks = {
        public = ["10.30.128.0/20", "10.30.144.0/20"]
        egress = ["10.30.192.0/20", "10.30.208.0/20"]
      }
      subnet_ids = {
        egress   = ["subnet-1", "subnet-2"]
        firewall = ["subnet-3", "subnet-4"]
      }
      route_table_ids = {
        app      = ["rtb-1", "rtb-2"]
        egress   = ["rtb-3", "rtb-4"]
        public   = ["rtb-5", "rtb-6"]
        firewall = ["rtb-7", "rtb-8"]
      }
    }
  }

  assert {
    condition = contains(
      aws_networkfirewall_firewall_policy.this.firewall_policy[0].stateful_default_actions, "aws:drop_established"
    )
    error_message = "What no rule lets through is dropped."
  }

  assert {
    condition     = aws_networkfirewall_firewall.this.delete_protection
    error_message = "Nobody deletes the firewall by mistake."
  }

  assert {
    condition     = length(aws_route.arrival_public) == 2 && length(aws_route.public) == 2
    error_message = "The ways in and out lead through the firewall of the zone."
  }
}
