# 公网 ALB 使用 WAF 增强版；WAF 规则启用并拦截。
resource "alicloud_alb_load_balancer" "this" {
  load_balancer_edition = "StandardWithWaf"
}

resource "alicloud_wafv3_defense_rule" "this" {
  rule_status = 1
  config {
    rule_action = "block"
  }
}

resource "alicloud_waf_protection_module" "this" {
  status = 1
}
