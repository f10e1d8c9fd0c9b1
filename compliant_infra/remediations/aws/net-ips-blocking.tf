# 全部流量交给有状态引擎，由威胁特征规则组拦截，其余未放行的流量丢弃。
resource "aws_networkfirewall_firewall_policy" "this" {
  firewall_policy {
    stateless_default_actions          = ["aws:forward_to_sfe"]
    stateless_fragment_default_actions = ["aws:forward_to_sfe"]
    stateful_default_actions           = ["aws:drop_established", "aws:alert_established"]

    stateful_engine_options {
      rule_order = "STRICT_ORDER"
    }

    stateful_rule_group_reference {
      priority     = 10
      resource_arn = "arn:aws-cn:network-firewall:cn-north-1:aws-managed:stateful-rulegroup/ThreatSignaturesExploitsStrictOrder"
    }
  }
}

resource "aws_guardduty_detector" "this" {
  enable = true
}
