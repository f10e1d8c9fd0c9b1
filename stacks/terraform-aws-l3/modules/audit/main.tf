# Every call in the account is recorded (8.1.4.3a): in a locked bucket, which nobody can change, and in a log group, where
# alarms look at it (8.1.5.4f).
locals {
  log_group = "/aws/cloudtrail/${var.name}"
  topic_arn = "arn:aws-cn:sns:${var.region}:${var.account_id}:${var.name}-alarms"

  # Calls that are always worth a look.
  watched = {
    audit-trail = {
      about = "The audit trail or the recorder was touched."
      calls = [
        "StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors", "DeleteLogGroup", "StopConfigurationRecorder",
        "DeleteConfigurationRecorder", "DeleteDetector",
      ]
    }
    privileges = {
      about = "Somebody was given rights or a way to sign in."
      calls = [
        "CreateUser", "CreateAccessKey", "CreateLoginProfile", "DeactivateMFADevice", "AttachUserPolicy",
        "AttachGroupPolicy", "AttachRolePolicy", "PutUserPolicy", "PutGroupPolicy", "PutRolePolicy",
        "UpdateAssumeRolePolicy", "UpdateAccountPasswordPolicy",
      ]
    }
    keys = {
      about = "A key was disabled, is to be deleted or has another policy."
      calls = ["DisableKey", "ScheduleKeyDeletion", "PutKeyPolicy"]
    }
    buckets = {
      about = "Who may reach a bucket changed."
      calls = [
        "PutBucketPolicy", "DeleteBucketPolicy", "PutBucketPublicAccessBlock", "DeleteBucketPublicAccessBlock",
        "PutBucketReplication",
      ]
    }
    network = {
      about = "Firewalls or routes changed."
      calls = [
        "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress", "CreateNetworkAclEntry",
        "ReplaceNetworkAclEntry", "CreateRoute", "ReplaceRoute", "AttachInternetGateway", "CreateVpcPeeringConnection",
      ]
    }
  }

  alarms = merge(
    {
      for name, item in local.watched : name => {
        about   = item.about
        pattern = "{ ${join(" || ", [for call in item.calls : "($.eventName = ${call})"])} }"
      }
    },
    {
      failed-sign-ins = {
        about   = "A sign-in to the console failed."
        pattern = "{ ($.eventName = ConsoleLogin) && ($.errorMessage = \"Failed authentication\") }"
      }
      root = {
        about   = "The root user was used."
        pattern = "{ ($.userIdentity.type = \"Root\") && ($.eventType != \"AwsServiceEvent\") }"
      }
    },
  )

  events = {
    findings = {
      about = "GuardDuty has found a threat."
      pattern = {
        source      = ["aws.guardduty"]
        detail-type = ["GuardDuty Finding"]
        detail      = { severity = [{ numeric = [">=", 4] }] }
      }
    }
    health = {
      about = "AWS reports trouble with resources of the account."
      pattern = {
        source      = ["aws.health"]
        detail-type = ["AWS Health Event"]
      }
    }
    servers = {
      about = "A server was stopped or terminated."
      pattern = {
        source      = ["aws.ec2"]
        detail-type = ["EC2 Instance State-change Notification"]
        detail      = { state = ["stopped", "terminated"] }
      }
    }
  }
}

resource "aws_cloudwatch_log_group" "trail" {
  name              = local.log_group
  retention_in_days = var.log_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_iam_role" "trail" {
  name                 = "${var.name}-trail"
  description          = "Writes the audit trail to its log group."
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "cloudtrail.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "trail" {
  name = "write"
  role = aws_iam_role.trail.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = ["arn:aws-cn:logs:${var.region}:${var.account_id}:log-group:${local.log_group}:log-stream:*"]
    }]
  })
}

resource "aws_cloudtrail" "this" {
  name                          = var.name
  s3_bucket_name                = var.bucket
  kms_key_id                    = var.kms_key_arn
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_logging                = true
  enable_log_file_validation    = true
  cloud_watch_logs_group_arn    = "arn:aws-cn:logs:${var.region}:${var.account_id}:log-group:${local.log_group}:*"
  cloud_watch_logs_role_arn     = aws_iam_role.trail.arn

  depends_on = [aws_cloudwatch_log_group.trail, aws_iam_role_policy.trail]
}

# -- alarms ----------------------------------------------------------------------------------------------------------

resource "aws_sns_topic" "alarms" {
  name              = "${var.name}-alarms"
  kms_master_key_id = var.kms_key_arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Alarms"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = local.topic_arn
        Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
      },
      {
        # EventBridge tells topics of no source that a condition could name.
        Sid       = "Events"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = local.topic_arn
      },
    ]
  })
}

resource "aws_sns_topic_subscription" "mail" {
  for_each = toset(var.alarm_addresses)

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each = local.alarms

  name           = "${var.name}-${each.key}"
  log_group_name = aws_cloudwatch_log_group.trail.name
  pattern        = each.value.pattern

  metric_transformation {
    name          = "${var.name}-${each.key}"
    namespace     = "Audit"
    value         = "1"
    default_value = "0"
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.about
  namespace           = "Audit"
  metric_name         = "${var.name}-${each.key}"
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_event_rule" "this" {
  for_each = local.events

  name          = "${var.name}-${each.key}"
  description   = each.value.about
  event_pattern = jsonencode(each.value.pattern)
  state         = "ENABLED"
}

resource "aws_cloudwatch_event_target" "this" {
  for_each = local.events

  rule      = aws_cloudwatch_event_rule.this[each.key].name
  target_id = "alarms"
  arn       = aws_sns_topic.alarms.arn
}
