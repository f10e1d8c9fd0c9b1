mock_provider "alicloud" {}

variables {
  name              = "shop-entry"
  vpc_id            = "vpc-mock"
  zones             = ["cn-hangzhou-h", "cn-hangzhou-j"]
  vswitch_ids       = ["vsw-mock-1", "vsw-mock-2"]
  security_group_id = "sg-mock"
  certificate_id    = "1-mock"
  backend_port      = 8443
  health_check_path = "/healthy"
  access_log        = { project = "shop-logs", store = "alb-access" }
  level             = { number = 3, entry_bandwidth_mbps = 5 }
  tags              = {}
}

run "addresses_are_protected" {
  command = plan

  module {
    source = "./modules/entry"
  }

  assert {
    condition     = length(alicloud_eip_address.entry) == 2
    error_message = "An address in every zone."
  }
  assert {
    condition     = alltrue([for item in alicloud_eip_address.entry : contains(item.security_protection_types, "AntiDDoS_Enhanced")])
    error_message = "Addresses are protected against denial of service (8.1.3.3)."
  }
  assert {
    condition     = length(alicloud_wafv3_domain.this) == 0
    error_message = "Without SM algorithms nothing stands in front of the load balancer."
  }
}

run "plain_http_is_redirected" {
  command = plan

  module {
    source = "./modules/entry"
  }

  assert {
    condition     = !contains(alicloud_alb_security_policy.this.tls_versions, "TLSv1.1")
    error_message = "TLS 1.2 is the least."
  }
  assert {
    condition     = one(alicloud_alb_rule.redirect.rule_actions).type == "Redirect"
    error_message = "Plain HTTP leads to HTTPS."
  }
}

run "sm_algorithms_need_waf" {
  command = plan

  module {
    source = "./modules/entry"
  }

  variables {
    waf = { instance_id = null, domain = "www.example.com", sm2_certificate_id = "2-mock" }
  }

  expect_failures = [alicloud_wafv3_domain.this]
}

run "waf_goes_on_to_the_second_region" {
  command = plan

  module {
    source = "./modules/entry"
  }

  variables {
    waf = {
      instance_id        = "waf_v3prepaid_public_cn-mock"
      domain             = "www.example.com"
      sm2_certificate_id = "2-mock"
      backup_backends    = ["alb-mock.cn-beijing.alb.aliyuncsslb.com"]
    }
  }

  assert {
    condition     = one(alicloud_wafv3_domain.this[0].redirect).backup_backends == tolist(["alb-mock.cn-beijing.alb.aliyuncsslb.com"])
    error_message = "The domain is in WAF once: the entry of the second region is behind it too."
  }
}
