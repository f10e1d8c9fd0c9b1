# Plans the whole stack without an account: terraform test

mock_provider "tencentcloud" {}

mock_provider "tencentcloud" {
  alias = "standby"
}

variables {
  name                    = "shop"
  baseline                = "mlps-l3"
  region                  = "ap-shanghai"
  zones                   = ["ap-shanghai-4", "ap-shanghai-5"]
  standby_region          = "ap-beijing"
  standby_zones           = ["ap-beijing-5", "ap-beijing-6"]
  tags                    = { team = "platform" }
  account_uin             = "100000000001"
  app_id                  = "1250000000"
  administrator_uins      = ["100000000002"]
  system_administrators   = ["zhang-wei"]
  security_administrators = ["li-na"]
  auditors                = ["wang-fang"]
  admin_networks          = ["203.0.113.0/24"]
  alarm_user_id           = 1000001
  domain                  = "www.example.cn"
  certificate_id          = "cert0001"
  image_id                = "img-00000000"
  key_pair_id             = "skey-00000000"
  database_password       = "test"
  cache_password          = "test"
}

run "level_three" {
  command = plan

  assert {
    condition     = local.log_days >= 180 && local.policy.backup_days >= 30
    error_message = "Level 3 keeps logs for half a year and backups for a month."
  }

  assert {
    condition     = local.zone_numbers == [200004, 200005]
    error_message = "Redis is told the numbers of the zones."
  }

  assert {
    condition     = output.audit_bucket == "shop-audit-1250000000"
    error_message = "The name of the audit bucket ends with the APPID."
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

run "other_regions" {
  command = plan

  variables {
    region         = "ap-guangzhou"
    zones          = ["ap-guangzhou-6", "ap-guangzhou-7", "ap-guangzhou-3"]
    standby_region = "ap-shanghai"
    standby_zones  = ["ap-shanghai-4", "ap-shanghai-5"]
  }

  assert {
    condition     = local.short_region == "gz" && local.zone_numbers[0] == 100006
    error_message = "Short name and zone numbers follow the region."
  }
}

run "foreign_region" {
  command = plan

  variables {
    region = "ap-singapore"
    zones  = ["ap-singapore-1", "ap-singapore-2"]
  }

  expect_failures = [var.region]
}

run "one_zone" {
  command = plan

  variables {
    zones = ["ap-shanghai-4", "ap-shanghai-4"]
  }

  expect_failures = [var.zones]
}

run "standby_in_the_same_region" {
  command = plan

  variables {
    standby_region = "ap-shanghai"
    standby_zones  = ["ap-shanghai-4", "ap-shanghai-5"]
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

run "one_person_for_two_duties" {
  command = plan

  variables {
    auditors = ["zhang-wei"]
  }

  expect_failures = [var.auditors]
}
