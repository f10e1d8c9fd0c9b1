mock_provider "alicloud" {}

mock_provider "alicloud" {
  alias = "standby"
}

mock_provider "alicloud" {
  alias = "collection"
}

mock_provider "alicloud" {
  alias = "records"
}

# Nothing is made here and nobody signs in: any text does.
variables {
  database_password        = "mock"
  synchronization_password = "mock"
  cache_password           = "mock"
}

run "plans_as_it_is_configured" {
  command = plan

  assert {
    condition     = output.data_bucket == "${var.name}-data-${var.account_id}"
    error_message = "The bucket is named after the system and the account, for names are unique over all accounts."
  }
  assert {
    condition     = length(output.administrator_role_arns) == 3
    error_message = "There are three administrators."
  }
}

run "refuses_a_region_abroad" {
  command = plan

  variables {
    region = "ap-southeast-1"
  }

  expect_failures = [var.region]
}

run "refuses_copies_abroad" {
  command = plan

  variables {
    standby_region = "cn-hongkong"
  }

  expect_failures = [var.standby_region]
}

run "refuses_a_single_zone" {
  command = plan

  variables {
    zones = ["cn-hangzhou-h"]
  }

  expect_failures = [var.zones]
}

run "refuses_another_baseline" {
  command = plan

  variables {
    baseline = "mlps-l4"
  }

  expect_failures = [var.baseline]
}

run "refuses_a_class_that_is_none" {
  command = plan

  variables {
    data_class = "secret"
  }

  expect_failures = [var.data_class]
}

run "plans_at_level_2" {
  command = plan

  variables {
    baseline = "mlps-l2"
  }
}

run "plans_with_sm_algorithms" {
  command = plan

  variables {
    national_cryptography = true
    waf_instance_id       = "waf_v3prepaid_public_cn-mock"
    sm2_certificate_id    = "1-mock"
  }
}
