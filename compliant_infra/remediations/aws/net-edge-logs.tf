resource "aws_lb" "this" {
  access_logs {
    bucket  = "central-lb-logs"
    enabled = true
  }
}

resource "aws_alb" "this" {
  access_logs {
    bucket  = "central-lb-logs"
    enabled = true
  }
}

resource "aws_elb" "this" {
  access_logs {
    bucket  = "central-lb-logs"
    enabled = true
  }
}

# 日志组名称必须以 aws-waf-logs- 开头。
resource "aws_wafv2_web_acl_logging_configuration" "requests" {
  resource_arn            = aws_wafv2_web_acl.this.arn
  log_destination_configs = [var.waf_log_destination_arn]
}

variable "waf_log_destination_arn" {
  type    = string
  default = "arn:aws-cn:s3:::aws-waf-logs-central"
}

resource "aws_wafregional_web_acl" "this" {
  logging_configuration {
    log_destination = "arn:aws-cn:firehose:cn-north-1:123456789012:deliverystream/aws-waf-logs-central"
  }
}

resource "aws_networkfirewall_logging_configuration" "flows" {
  firewall_arn = aws_networkfirewall_firewall.this.arn
  logging_configuration {
    log_destination_config {
      log_type             = "ALERT"
      log_destination_type = "S3"
      log_destination = {
        bucketName = "central-firewall-logs"
        prefix     = "/alert"
      }
    }
    log_destination_config {
      log_type             = "FLOW"
      log_destination_type = "S3"
      log_destination = {
        bucketName = "central-firewall-logs"
        prefix     = "/flow"
      }
    }
  }
}
