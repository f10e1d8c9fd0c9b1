resource "aws_lb" "this" {
  access_logs {
    bucket  = var.balancer_log_bucket
    enabled = true
  }
}

resource "aws_alb" "this" {
  access_logs {
    bucket  = var.balancer_log_bucket
    enabled = true
  }
}

resource "aws_elb" "this" {
  access_logs {
    bucket  = var.balancer_log_bucket
    enabled = true
  }
}

# 日志组名称必须以 aws-waf-logs- 开头。
resource "aws_wafv2_web_acl_logging_configuration" "requests" {
  resource_arn            = aws_wafv2_web_acl.this.arn
  log_destination_configs = [var.waf_log_destination_arn]
}

variable "waf_log_destination_arn" {
  description = "ARN of the bucket, log group or stream for WAF logs; its name starts with aws-waf-logs-"
  type        = string
  default     = "arn:aws-cn:s3:::aws-waf-logs-central"
}

resource "aws_wafregional_web_acl" "this" {
  logging_configuration {
    log_destination = var.waf_log_stream_arn
  }
}

resource "aws_networkfirewall_logging_configuration" "flows" {
  firewall_arn = aws_networkfirewall_firewall.this.arn
  logging_configuration {
    log_destination_config {
      log_type             = "ALERT"
      log_destination_type = "S3"
      log_destination = {
        bucketName = var.firewall_log_bucket
        prefix     = "/alert"
      }
    }
    log_destination_config {
      log_type             = "FLOW"
      log_destination_type = "S3"
      log_destination = {
        bucketName = var.firewall_log_bucket
        prefix     = "/flow"
      }
    }
  }
}

variable "waf_log_stream_arn" {
  description = "ARN of the Firehose stream for WAF Classic logs; its name starts with aws-waf-logs-"
  type        = string
  default     = "arn:aws-cn:firehose:cn-north-1:123456789012:deliverystream/aws-waf-logs-central"
}

variable "balancer_log_bucket" {
  description = "Bucket that collects the access logs of load balancers; its policy lets them write"
  type        = string
  default     = "central-lb-logs"
}

variable "firewall_log_bucket" {
  description = "Bucket that collects the logs of the network firewall"
  type        = string
  default     = "central-firewall-logs"
}
