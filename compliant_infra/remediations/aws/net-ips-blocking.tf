# 全部流量交给有状态引擎，由威胁特征规则组拦截。
resource "aws_networkfirewall_firewall_policy" "this" {
  firewall_policy {
    stateless_default_actions          = ["aws:forward_to_sfe"]
    stateless_fragment_default_actions = ["aws:forward_to_sfe"]

    stateful_rule_group_reference {
      resource_arn = "arn:aws-cn:network-firewall:cn-north-1:aws-managed:stateful-rulegroup/ThreatSignaturesExploitsActionOrder"
    }
  }
}

resource "aws_guardduty_detector" "this" {
  enable = true
}
