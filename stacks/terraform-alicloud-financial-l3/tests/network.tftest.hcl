mock_provider "alicloud" {}

variables {
  name             = "shop"
  region           = "cn-hangzhou"
  zones            = ["cn-hangzhou-h", "cn-hangzhou-j"]
  cidr_block       = "10.0.0.0/16"
  application_port = 8443
  data_ports       = [3306]
  flow_log         = { project = "shop-logs", store = "vpc-flow" }
  level            = { number = 3 }
  tags             = {}
}

run "tiers_lie_in_every_zone" {
  command = plan

  module {
    source = "./modules/network"
  }

  assert {
    condition     = length(alicloud_vswitch.tier) == 6
    error_message = "Three tiers in two zones."
  }
  assert {
    condition     = length(distinct(concat([for item in alicloud_vswitch.tier : item.cidr_block], [alicloud_vswitch.outbound.cidr_block]))) == 7
    error_message = "No two vSwitches share their addresses."
  }
}

run "only_the_entry_is_reached_from_anywhere" {
  command = plan

  module {
    source = "./modules/network"
  }

  assert {
    condition = alltrue([
      for key, item in alicloud_security_group_rule.tier :
      startswith(key, "entry-in-") if item.type == "ingress" && item.cidr_ip == "0.0.0.0/0"
    ])
    error_message = "From anywhere there is a way to the load balancers alone."
  }
  assert {
    condition     = alltrue([for item in alicloud_security_group_rule.rest : item.policy == "drop"])
    error_message = "What no rule lets out stays in."
  }
}

run "refuses_blocks_of_another_size" {
  command = plan

  module {
    source = "./modules/network"
  }

  variables {
    cidr_block = "10.0.0.0/20"
  }

  expect_failures = [var.cidr_block]
}
