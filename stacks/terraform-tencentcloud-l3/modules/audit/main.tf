# Every call in the account is recorded twice (8.1.4.3a): in a locked bucket, which nobody can change, and in a log
# topic, where alarms look at it.
resource "tencentcloud_events_audit_track" "bucket" {
  name   = "${var.name}-bucket"
  status = 1

  filters {
    resource_fields {
      resource_type = "*"
      action_type   = "*"
      event_names   = ["*"]
    }
  }

  storage {
    storage_type   = "cos"
    storage_name   = var.bucket
    storage_prefix = "cloudaudit"
    storage_region = var.region
  }
}

resource "tencentcloud_events_audit_track" "topic" {
  name   = "${var.name}-topic"
  status = 1

  filters {
    resource_fields {
      resource_type = "*"
      action_type   = "*"
      event_names   = ["*"]
    }
  }

  storage {
    storage_type   = "cls"
    storage_name   = var.topic_ids["cloudaudit"]
    storage_prefix = "cloudaudit"
    storage_region = var.region
  }
}

# The audit logs of the data stores come to the same place (8.1.5.4d).
resource "tencentcloud_cls_cloud_product_log_task_v2" "database" {
  instance_id          = var.database_id
  assumer_name         = "CDB"
  log_type             = "CDB-AUDIT"
  cloud_product_region = var.short_region
  cls_region           = var.region
  logset_id            = var.logset_id
  topic_id             = var.topic_ids["database"]
}

resource "tencentcloud_cls_cloud_product_log_task_v2" "cache" {
  instance_id          = var.cache_id
  assumer_name         = "TencentDB-Redis"
  log_type             = "Redis-ERROR"
  cloud_product_region = var.short_region
  cls_region           = var.region
  logset_id            = var.logset_id
  topic_id             = var.topic_ids["cache"]
}

# -- alarms (8.1.5.4f) -----------------------------------------------------------------------------------------------

resource "tencentcloud_cls_alarm_notice" "security" {
  name = "${var.name}-security"
  type = "All"
  tags = var.tags

  notice_receivers {
    receiver_type     = "Uin"
    receiver_ids      = [var.alarm_user_id]
    receiver_channels = ["Email", "Sms"]
    start_time        = "00:00:00"
    end_time          = "23:59:59"
  }
}

locals {
  # What an intruder does first: stops the record, makes a way back in, opens what is closed.
  alarms = {
    records = ["DeleteAuditTrack", "ModifyAuditTrack", "StopLogging", "DeleteTopic", "DeleteLogset"]
    rights  = ["AttachUserPolicy", "AttachRolePolicy", "CreateAccessKey", "CreateApiKey"]
    keys    = ["ScheduleKeyDeletion", "DisableKey", "DisableKeys"]
    network = ["CreateSecurityGroupPolicies", "ModifySecurityGroupPolicies", "ModifyNetworkAclEntries"]
  }
}

resource "tencentcloud_cls_alarm" "this" {
  for_each = local.alarms

  name             = "${var.name}-${each.key}"
  status           = true
  alarm_level      = 2
  condition        = "$1.count > 0"
  alarm_period     = 5
  trigger_count    = 1
  alarm_notice_ids = [tencentcloud_cls_alarm_notice.security.id]
  tags             = var.tags

  alarm_targets {
    logset_id         = var.logset_id
    topic_id          = var.topic_ids["cloudaudit"]
    number            = 1
    query             = "${join(" OR ", [for event in each.value : "eventName:\"${event}\""])} | select count(*) as count"
    syntax_rule       = 1
    start_time_offset = -5
    end_time_offset   = 0
  }

  monitor_time {
    type = "Period"
    time = 5
  }
}

resource "tencentcloud_monitor_alarm_notice" "operations" {
  name            = "${var.name}-operations"
  notice_type     = "ALL"
  notice_language = "zh-CN"

  user_notices {
    receiver_type = "USER"
    user_ids      = [var.alarm_user_id]
    notice_way    = ["EMAIL", "SMS"]
    start_time    = 0
    end_time      = 86399
  }
}

resource "tencentcloud_monitor_alarm_policy" "servers" {
  policy_name  = "${var.name}-servers"
  monitor_type = "MT_QCE"
  namespace    = "cvm_device"
  enable       = 1
  notice_ids   = [tencentcloud_monitor_alarm_notice.operations.id]

  conditions {
    is_union_rule = 0

    rules {
      metric_name      = "CpuUsage"
      period           = 60
      operator         = "ge"
      value            = "90"
      continue_period  = 5
      notice_frequency = 3600
      is_power_notice  = 0
    }
  }

  event_conditions {
    metric_name = "ping_unreachable"
  }
}

resource "tencentcloud_monitor_policy_binding_object" "servers" {
  policy_id = tencentcloud_monitor_alarm_policy.servers.id

  dynamic "dimensions" {
    for_each = var.server_instance_ids

    content {
      dimensions_json = jsonencode({ unInstanceId = dimensions.value })
      region          = var.region
    }
  }
}
