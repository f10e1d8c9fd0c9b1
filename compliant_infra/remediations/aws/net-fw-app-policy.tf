# 只放行写明域名的应用流量，其余由策略的默认动作丢弃。
resource "aws_networkfirewall_rule_group" "this" {
  type  = "STATEFUL"
  rules = null

  rule_group {
    rules_source {
      rules_source_list {
        generated_rules_type = "ALLOWLIST"
        target_types         = ["TLS_SNI", "HTTP_HOST"]
        targets              = var.allowed_domains
      }
    }
  }
}

# 严格顺序：未被规则放行的流量一律丢弃。
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

variable "allowed_domains" {
  description = "Domains that the system has to reach"
  type        = list(string)
  default     = [".example.cn"]
}
