# 把公网 ALB 关联到 Web ACL；Web ACL 的规则须拦截而非计数。
variable "web_acl_arn" {
  description = "ARN of the regional web ACL, whose rules block"
  type        = string
  default     = "arn:aws-cn:wafv2:cn-north-1:111122223333:regional/webacl/web/0a1b2c3d-4e5f-6789-abcd-ef0123456789"
}

resource "aws_wafv2_web_acl_association" "lb" {
  resource_arn = aws_lb.this.arn
  web_acl_arn  = var.web_acl_arn
}

resource "aws_wafv2_web_acl_association" "alb" {
  resource_arn = aws_alb.this.arn
  web_acl_arn  = var.web_acl_arn
}

resource "aws_wafv2_web_acl" "this" {
  rule {
    name     = "common"
    priority = 1

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        name        = "AWSManagedRulesCommonRuleSet"
        vendor_name = "AWS"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "common"
      sampled_requests_enabled   = true
    }
  }
}
