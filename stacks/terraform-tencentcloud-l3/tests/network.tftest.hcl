# The network by itself: tiers, and who may speak to whom.

mock_provider "tencentcloud" {}

variables {
  name              = "shop"
  cidr_block        = "10.20.0.0/16"
  zones             = ["ap-shanghai-4", "ap-shanghai-5"]
  flow_log_topic_id = "00000000-0000-0000-0000-000000000000"
  tags              = {}
}

run "tiers" {
  command = plan

  module {
    source = "./modules/network"
  }

  assert {
    condition     = length(tencentcloud_subnet.this) == 8
    error_message = "Four tiers have a subnet in each of two zones."
  }

  assert {
    condition     = length(distinct([for subnet in tencentcloud_subnet.this : subnet.cidr_block])) == 8
    error_message = "Subnets do not overlap."
  }

  assert {
    condition = alltrue([
      for rule in tencentcloud_vpc_acl.data.ingress : !startswith(rule, "ACCEPT#0.0.0.0/0#")
    ])
    error_message = "Nothing but the tiers of the network reaches the data tier."
  }

  assert {
    condition = alltrue([
      for rule in tencentcloud_security_group_rule_set.data.ingress :
      rule.action == "DROP" || rule.cidr_block != "0.0.0.0/0"
    ])
    error_message = "No data store is open to any address."
  }

  assert {
    condition = length([
      for rule in tencentcloud_security_group_rule_set.app.egress :
      rule if rule.action == "ACCEPT" && rule.protocol == "UDP" && rule.port == "53"
    ]) == 2
    error_message = "Servers resolve names."
  }

  assert {
    condition = alltrue([
      for rule in tencentcloud_security_group_rule_set.app.egress :
      rule.port == "443" || rule.action == "DROP" if rule.cidr_block == "0.0.0.0/0"
    ])
    error_message = "Out to the internet goes HTTPS only."
  }

  assert {
    condition     = tencentcloud_vpc_flow_log.this.traffic_type == "ALL"
    error_message = "All traffic is recorded."
  }
}
