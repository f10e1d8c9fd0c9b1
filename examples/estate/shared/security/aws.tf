# 威胁检测：发现 15 分钟内送达
resource "aws_guardduty_detector" "this" {
  enable                       = true
  finding_publishing_frequency = "FIFTEEN_MINUTES"
}

resource "aws_config_configuration_recorder" "this" {
  name     = "qingyu"
  role_arn = "arn:aws-cn:iam::190000000001:role/qingyu-config"

  recording_group {
    all_supported                 = true
    include_global_resource_types = true
  }
}

# 费用排查期间关闭，忘了恢复
resource "aws_config_configuration_recorder_status" "this" {
  name       = aws_config_configuration_recorder.this.name
  is_enabled = false
}

# 运维经 Session Manager 登录，会话全程录制
resource "aws_ssm_document" "session" {
  name            = "SSM-SessionManagerRunShell"
  document_type   = "Session"
  document_format = "JSON"

  content = jsonencode({
    schemaVersion = "1.0"
    description   = "Recorded sessions"
    sessionType   = "Standard_Stream"
    inputs = {
      s3BucketName        = "qingyu-quote-access-logs-cn"
      s3KeyPrefix         = "sessions"
      s3EncryptionEnabled = true
    }
  })
}

resource "aws_ssm_patch_baseline" "linux" {
  name             = "qingyu-linux"
  operating_system = "AMAZON_LINUX_2023"

  approval_rule {
    approve_after_days = 7
    compliance_level   = "HIGH"

    patch_filter {
      key    = "CLASSIFICATION"
      values = ["Security"]
    }
  }
}

# 每周日凌晨扫描缺失补丁
resource "aws_ssm_association" "patch_scan" {
  name                = "AWS-RunPatchBaseline"
  association_name    = "qingyu-patch-scan"
  schedule_expression = "cron(0 2 ? * SUN *)"
  parameters          = { Operation = "Scan" }

  targets {
    key    = "InstanceIds"
    values = ["*"]
  }
}

resource "aws_kms_key" "alerts" {
  description             = "qingyu alerts"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_sns_topic" "oncall" {
  name              = "qingyu-oncall"
  kms_master_key_id = aws_kms_key.alerts.arn
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each = local.aws_alerts

  name           = each.key
  log_group_name = "/qingyu/cloudtrail"
  pattern        = each.value

  metric_transformation {
    name      = each.key
    namespace = "Qingyu/Security"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.aws_alerts

  alarm_name          = each.key
  namespace           = "Qingyu/Security"
  metric_name         = aws_cloudwatch_log_metric_filter.this[each.key].metric_transformation[0].name
  statistic           = "Sum"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  period              = 300
  evaluation_periods  = 1
  alarm_actions       = [aws_sns_topic.oncall.arn]
}
