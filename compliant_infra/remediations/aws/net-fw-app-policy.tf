# 只放行写明域名的应用流量，其余由策略的默认动作丢弃。
resource "aws_networkfirewall_rule_group" "this" {
  type  = "STATEFUL"
  rules = null

  rule_group {
    rules_source {
      rules_source_list {
        generated_rules_type = "ALLOWLIST"
        target_types         = ["TLS_SNI", "HTTP_HOST"]
        targets              = [".example.cn"]
      }
    }
  }
}
