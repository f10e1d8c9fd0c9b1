# 镜像仓库、函数与 API、消息、终端节点

module "registry" {
  source = "../../modules/aws/registry"

  name         = local.name
  kms_key_arn  = aws_kms_key.this["storage"].arn
  repositories = var.repositories
}

resource "aws_lambda_function" "this" {
  for_each = var.functions

  function_name                  = "${local.name}-${each.key}"
  role                           = module.role["function"].arn
  runtime                        = "python3.12"
  handler                        = "index.handler"
  memory_size                    = each.value.memory_mb
  s3_bucket                      = "${local.name}-artifacts-cn"
  s3_key                         = "functions/${each.key}.zip"
  kms_key_arn                    = aws_kms_key.this["compute"].arn
  reserved_concurrent_executions = 20

  dynamic "vpc_config" {
    for_each = each.value.in_vpc ? [module.network.subnet_ids["app"]] : []

    content {
      subnet_ids         = vpc_config.value
      security_group_ids = [module.network.security_group_ids["app"]]
    }
  }

  logging_config {
    log_format       = "JSON"
    system_log_level = "INFO"
  }
}

# 报价开放接口
resource "aws_apigatewayv2_api" "quotes" {
  name          = "${local.name}-open"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_integration" "callback" {
  api_id                 = aws_apigatewayv2_api.quotes.id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_function.this["callback"].arn
  payload_format_version = "2.0"
}

resource "aws_apigatewayv2_route" "this" {
  for_each = var.routes

  api_id             = aws_apigatewayv2_api.quotes.id
  route_key          = each.key
  authorization_type = each.value.authorization
  target             = "integrations/${aws_apigatewayv2_integration.callback.id}"
}

resource "aws_apigatewayv2_stage" "prod" {
  api_id      = aws_apigatewayv2_api.quotes.id
  name        = "prod"
  auto_deploy = true

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.this["web"].arn
    format          = "$context.requestId $context.identity.sourceIp $context.routeKey $context.status"
  }
}

resource "aws_lambda_permission" "callback" {
  statement_id  = "open-api"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this["callback"].function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.quotes.execution_arn}/*/*"
}

resource "aws_sqs_queue" "this" {
  for_each = var.queues

  name                      = "${local.name}-${each.key}"
  message_retention_seconds = each.value.retention_seconds
  kms_master_key_id         = aws_kms_key.this["compute"].arn
}

resource "aws_sns_topic" "this" {
  for_each = var.topics

  name              = "${local.name}-${each.key}"
  kms_master_key_id = each.value.encrypted ? aws_kms_key.this["compute"].arn : null
}

# 访问云服务不出互联网
resource "aws_vpc_endpoint" "this" {
  for_each = var.endpoints

  vpc_id              = module.network.vpc_id
  vpc_endpoint_type   = "Interface"
  service_name        = "com.amazonaws.cn-north-1.${replace(each.key, "-", ".")}"
  subnet_ids          = slice(module.network.subnet_ids["app"], 0, length(each.value))
  security_group_ids  = [module.network.security_group_ids["app"]]
  private_dns_enabled = true
}

# 全部日志组实时汇集到审计账号
resource "aws_cloudwatch_log_account_policy" "central" {
  policy_name = "central"
  policy_type = "SUBSCRIPTION_FILTER_POLICY"
  policy_document = jsonencode({
    DestinationArn = "arn:aws-cn:logs:cn-north-1:190000000003:destination:central"
    FilterPattern  = ""
    Distribution   = "Random"
  })
}

# 互联网入口的 Web 应用防火墙：托管规则直接拦截
resource "aws_wafv2_web_acl" "web" {
  name  = "${local.name}-web"
  scope = "REGIONAL"

  default_action {
    allow {}
  }

  dynamic "rule" {
    for_each = {
      AWSManagedRulesCommonRuleSet          = 10
      AWSManagedRulesSQLiRuleSet            = 20
      AWSManagedRulesKnownBadInputsRuleSet  = 30
      AWSManagedRulesAmazonIpReputationList = 40
    }

    content {
      name     = rule.key
      priority = rule.value

      override_action {
        none {}
      }

      statement {
        managed_rule_group_statement {
          name        = rule.key
          vendor_name = "AWS"
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = rule.key
        sampled_requests_enabled   = true
      }
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "${local.name}-web"
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_web_acl_association" "web" {
  resource_arn = aws_lb.web.arn
  web_acl_arn  = aws_wafv2_web_acl.web.arn
}

resource "aws_wafv2_web_acl_logging_configuration" "web" {
  resource_arn            = aws_wafv2_web_acl.web.arn
  log_destination_configs = ["arn:aws-cn:s3:::aws-waf-logs-${local.name}-cn"]
}
