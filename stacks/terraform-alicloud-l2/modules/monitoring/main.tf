# 8.1.5.4 c, f: one place that watches, and somebody who is told.
locals {
  contacts = "${var.name}-contacts"
  policy   = "${var.name}-alerts"
  user     = "${var.name}-security"

  # Alerts on events of the account, from level 3 on: what is searched for, how grave it is (8 high, 10 critical), and
  # how often within five minutes it is an alert.
  alerts = {
    root-use = {
      title    = "The root user changed something"
      search   = "event.userIdentity.type: \"root-account\" and event.eventRW: Write"
      severity = 8
      times    = 1
    }
    privileges = {
      title = "Users, keys or permissions changed"
      search = format("event.serviceName: Ram and (%s)", join(" or ", formatlist("event.eventName: %s", [
        "CreateUser", "CreateAccessKey", "CreateLoginProfile", "UpdateLoginProfile", "AttachPolicyToUser",
        "AttachPolicyToGroup", "AttachPolicyToRole", "CreatePolicyVersion", "SetDefaultPolicyVersion", "UpdateRole",
        "SetSecurityPreference", "SetPasswordPolicy", "UnbindMFADevice",
      ])))
      severity = 8
      times    = 1
    }
    denied-calls = {
      title    = "Calls without permission"
      search   = "event.errorCode: \"NoPermission\" or event.errorCode: \"Forbidden.RAM\""
      severity = 8
      times    = 1
    }
    audit-trail = {
      title = "The audit trail or its stores were touched"
      search = join(" or ", formatlist("event.eventName: %s", [
        "StopLogging", "DeleteTrail", "UpdateTrail", "DeleteLogStore", "DeleteProject", "UpdateLogStore",
      ]))
      severity = 10
      times    = 1
    }
    keys = {
      title = "A key is going to be deleted or was disabled"
      search = format("event.serviceName: Kms and (%s)", join(" or ", formatlist("event.eventName: %s", [
        "ScheduleKeyDeletion", "DisableKey", "DeleteKeyMaterial", "SetDeletionProtection", "DeleteSecret",
      ])))
      severity = 10
      times    = 1
    }
    network = {
      title = "Network rules changed"
      search = join(" or ", formatlist("event.eventName: %s", [
        "AuthorizeSecurityGroup", "AuthorizeSecurityGroupEgress", "RevokeSecurityGroup", "ModifySecurityGroupRule",
        "UpdateNetworkAclEntries", "CreateRouteEntry", "DeleteRouteEntry", "AssociateEipAddress",
      ]))
      severity = 8
      times    = 1
    }
    failed-sign-ins = {
      title    = "Failed sign-ins"
      search   = "event.eventName: ConsoleSignin and event.errorCode: *"
      severity = 8
      times    = var.level.login_max_failures
    }
  }
}

resource "alicloud_cms_alarm_contact" "this" {
  # Names of contacts take underscores, and no hyphens.
  alarm_contact_name = replace("${var.name}_security", "-", "_")
  describe           = "Told of security events of ${var.name}"
  channels_mail      = var.mail
  lang               = "zh-cn"

  # Until the address is confirmed, the cloud does not tell it.
  lifecycle {
    ignore_changes = [channels_mail]
  }
}

resource "alicloud_cms_alarm_contact_group" "this" {
  alarm_contact_group_name = local.contacts
  describe                 = "Told of security events"
  contacts                 = [alicloud_cms_alarm_contact.this.alarm_contact_name]
  enable_subscribed        = true
}

resource "alicloud_cms_event_rule" "servers" {
  rule_name    = "${var.name}-ecs-events"
  description  = "System events of servers"
  status       = "ENABLED"
  silence_time = 3600

  event_pattern {
    product         = "ecs"
    level_list      = ["CRITICAL", "WARN"]
    event_type_list = ["*"]
  }
  contact_parameters {
    contact_parameters_id = "1"
    contact_group_name    = alicloud_cms_alarm_contact_group.this.alarm_contact_group_name
    level                 = "3"
  }
}

resource "alicloud_cms_alarm" "database" {
  for_each = { cpu = "CpuUsage", disk = "DiskUsage", connections = "ConnectionUsage" }

  name               = "${var.name}-database-${each.key}"
  project            = "acs_rds_dashboard"
  metric             = each.value
  metric_dimensions  = jsonencode([for id in var.database_ids : { instanceId = id }])
  period             = 300
  silence_time       = 3600
  effective_interval = "00:00-23:59"
  enabled            = true
  contact_groups     = [alicloud_cms_alarm_contact_group.this.alarm_contact_group_name]

  escalations_critical {
    statistics          = "Average"
    comparison_operator = ">="
    threshold           = "90"
    times               = 3
  }
}

# -- alerts of Log Service on events of the account ----------------------------------------------------------------

resource "alicloud_log_resource_record" "user" {
  count    = var.level.number >= 3 ? 1 : 0
  provider = alicloud.records

  resource_name = "sls.common.user"
  record_id     = local.user
  tag           = local.user
  value = jsonencode({
    user_id       = local.user
    user_name     = local.user
    email         = [var.mail]
    country_code  = "86"
    phone         = ""
    enabled       = true
    sms_enabled   = false
    voice_enabled = false
  })
}

locals {
  fire = "fire(type=\"email\", users=[\"${local.user}\"], groups=[], template_id=\"sls.app.actiontrail.builtin.cn\", period=\"any\")"
}

resource "alicloud_log_resource_record" "policy" {
  count    = var.level.number >= 3 ? 1 : 0
  provider = alicloud.records

  resource_name = "sls.alert.action_policy"
  record_id     = local.policy
  tag           = local.policy
  value = jsonencode({
    action_policy_id              = local.policy
    action_policy_name            = local.policy
    labels                        = {}
    is_default                    = false
    primary_policy_script         = local.fire
    secondary_policy_script       = local.fire
    escalation_start_enabled      = false
    escalation_start_timeout      = "10s"
    escalation_inprogress_enabled = false
    escalation_inprogress_timeout = "10s"
    escalation_enabled            = false
    escalation_timeout            = "4h0m0s"
  })

  depends_on = [alicloud_log_resource_record.user]
}

resource "alicloud_log_alert" "this" {
  for_each = var.level.number >= 3 ? local.alerts : {}

  version           = "2.0"
  type              = "default"
  project_name      = var.event_log.project
  alert_name        = "${var.name}-${each.key}"
  alert_displayname = each.value.title
  alert_description = "${each.value.title}: events of the account"
  auto_annotation   = true
  no_data_fire      = false
  send_resolved     = false
  threshold         = 1

  schedule {
    type     = "FixedRate"
    interval = "5m"
  }
  query_list {
    project        = var.event_log.project
    store          = var.event_log.store
    store_type     = "log"
    region         = var.region
    start          = "-360s" # a minute of overlap: events come up to a minute late
    end            = "now"
    query          = "${each.value.search} | select count(1) as cnt"
    power_sql_mode = "auto"
  }
  severity_configurations {
    severity = each.value.severity
    eval_condition = {
      condition       = "cnt >= ${each.value.times}"
      count_condition = ""
    }
  }
  group_configuration {
    type = "no_group"
  }
  annotations {
    key   = "title"
    value = each.value.title
  }
  annotations {
    key   = "desc"
    value = "${each.value.title}: $${cnt} events within five minutes"
  }
  policy_configuration {
    alert_policy_id  = "sls.builtin.dynamic"
    action_policy_id = local.policy
    repeat_interval  = "4h"
  }

  depends_on = [alicloud_log_resource_record.policy]
}
