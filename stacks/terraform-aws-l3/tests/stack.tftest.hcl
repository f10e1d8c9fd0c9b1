# Plans the whole stack without an account: terraform test

mock_provider "aws" {}

mock_provider "aws" {
  alias = "standby"
}

variables {
  name                    = "shop"
  baseline                = "mlps-l3"
  region                  = "cn-north-1"
  zones                   = ["cn-north-1a", "cn-north-1b"]
  standby_region          = "cn-northwest-1"
  standby_zones           = ["cn-northwest-1a", "cn-northwest-1b"]
  tags                    = { team = "platform" }
  account_id              = "123456789012"
  certificate_arn         = "arn:aws-cn:acm:cn-north-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
  standby_certificate_arn = "arn:aws-cn:acm:cn-northwest-1:123456789012:certificate/23456789-2345-2345-2345-234567890123"
  image_id                = "ami-0123456789abcdef0"
  standby_image_id        = "ami-0fedcba9876543210"
  admin_networks          = ["203.0.113.0/24"]
  alarm_addresses         = ["security@example.com"]
  outbound_domains        = [".amazonaws.com.cn"]
  database_password       = "test"
}

run "level_three" {
  command = plan

  assert {
    condition     = local.log_days >= 180 && local.policy.backup_days >= 30
    error_message = "Level 3 keeps logs for half a year and backups for a month."
  }

  assert {
    condition     = local.tags["team"] == "platform" && local.tags["baseline"] == "mlps-l3"
    error_message = "Resources carry the tags of the team and the baseline."
  }

  assert {
    condition     = output.audit_bucket == "shop-audit-123456789012"
    error_message = "The name of the audit bucket ends with the account."
  }

  assert {
    condition     = output.standby_entry_name == null && length(module.standby_servers) == 0
    error_message = "The standby region has data only, until it is activated."
  }
}

run "level_two" {
  command = plan

  variables {
    baseline = "mlps-l2"
  }

  assert {
    condition     = local.log_days >= 180 && local.policy.backup_days >= 7
    error_message = "Level 2 keeps logs for half a year and backups for a week."
  }
}

run "standby_is_activated" {
  command = plan

  variables {
    standby_active = true
  }

  assert {
    condition     = length(module.standby_entry) == 1 && length(module.standby_servers) == 1
    error_message = "Entry and servers of the standby region come up."
  }
}

run "ningxia_first" {
  command = plan

  variables {
    region         = "cn-northwest-1"
    zones          = ["cn-northwest-1a", "cn-northwest-1b", "cn-northwest-1c"]
    standby_region = "cn-north-1"
    standby_zones  = ["cn-north-1a", "cn-north-1b"]
  }

  assert {
    condition     = local.balancer_accounts[var.region] == "037604701340"
    error_message = "Access logs come from the account of the balancers of Ningxia."
  }
}

run "foreign_region" {
  command = plan

  variables {
    region = "ap-southeast-1"
    zones  = ["ap-southeast-1a", "ap-southeast-1b"]
  }

  expect_failures = [var.region]
}

run "level_four" {
  command = plan

  variables {
    baseline = "mlps-l4"
  }

  expect_failures = [var.baseline]
}

run "one_zone" {
  command = plan

  variables {
    zones = ["cn-north-1a"]
  }

  expect_failures = [var.zones]
}

run "standby_in_the_same_region" {
  command = plan

  variables {
    standby_region = "cn-north-1"
    standby_zones  = ["cn-north-1a", "cn-north-1b"]
  }

  expect_failures = [var.standby_region]
}

run "open_administration" {
  command = plan

  variables {
    admin_networks = ["0.0.0.0/0"]
  }

  expect_failures = [var.admin_networks]
}
