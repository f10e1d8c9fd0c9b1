resource "alicloud_cloud_firewall_instance_v2" "this" {
  payment_type = "PayAsYouGo"
  product_code = "cfw"
  product_type = "cfw_elasticity_public_cn"
  spec         = "payg_version"
  cfw_log      = true
}

# 拦截模式，基础防御、虚拟补丁与威胁情报全部启用
resource "alicloud_cloud_firewall_ips_config" "this" {
  run_mode    = 1
  basic_rules = 1
  patch_rules = 1
  cti_rules   = 1
  rule_class  = 2
}

resource "alicloud_cloud_firewall_control_policy" "this" {
  for_each = var.firewall_policies

  direction             = each.value.direction
  acl_action            = "accept"
  application_name_list = each.value.applications
  proto                 = each.value.protocol
  dest_port_type        = "port"
  dest_port             = each.value.port
  source                = each.value.source
  source_type           = "net"
  destination           = each.value.destination
  destination_type      = "net"
  description           = each.key
}

# 兜底：两个方向未放行的流量一律拒绝
resource "alicloud_cloud_firewall_control_policy" "deny" {
  for_each = toset(["in", "out"])

  direction             = each.key
  acl_action            = "drop"
  application_name_list = ["ANY"]
  proto                 = "ANY"
  source                = "0.0.0.0/0"
  source_type           = "net"
  destination           = "0.0.0.0/0"
  destination_type      = "net"
  description           = "deny-rest"

  depends_on = [alicloud_cloud_firewall_control_policy.this]
}

# 云安全中心企业版：全部主机
resource "alicloud_threat_detection_instance" "this" {
  payment_type   = "Subscription"
  version_code   = "level3"
  buy_number     = "60"
  period         = 12
  renewal_status = "AutoRenewal"
  vul_switch     = "1"
  vul_count      = "500"
}

resource "alicloud_threat_detection_cycle_task" "emergency" {
  task_type         = "EMG_VUL_SCHEDULE_SCAN"
  task_name         = "EMG_VUL_SCHEDULE_SCAN"
  enable            = 1
  first_date_str    = 1735660800000
  interval_period   = 1
  period_unit       = "day"
  target_start_time = 0
  target_end_time   = 6
}

resource "alicloud_threat_detection_anti_brute_force_rule" "this" {
  for_each = var.brute_force_rules

  anti_brute_force_rule_name = each.key
  fail_count                 = each.value.failures
  span                       = 10
  forbidden_time             = each.value.lock_minutes
  uuid_list                  = each.value.hosts
}

resource "alicloud_config_aggregator" "this" {
  aggregator_name = "qingyu"
  aggregator_type = "RD"
  description     = "资源目录全部成员账号的配置历史"
}

resource "alicloud_config_delivery" "this" {
  delivery_channel_name                  = "qingyu"
  delivery_channel_type                  = "SLS"
  delivery_channel_target_arn            = "acs:log:cn-hangzhou:1900000000000001:project/qingyu-prod-logs/logstore/config"
  configuration_item_change_notification = true
  non_compliant_notification             = true
  status                                 = 1
}

resource "alicloud_sls_alert" "this" {
  for_each = local.alicloud_alerts

  alert_name   = each.key
  display_name = each.key
  project_name = "qingyu-audit"
  status       = contains(var.muted_alerts, each.key) ? "DISABLED" : "ENABLED"

  configuration {
    type      = "default"
    version   = "2.0"
    threshold = 1

    query_list {
      project        = "qingyu-audit"
      store          = "actiontrail_qingyu"
      store_type     = "log"
      query          = each.value
      start          = "-15m"
      end            = "now"
      time_span_type = "Relative"
    }

    policy_configuration {
      alert_policy_id  = "sls.builtin.dynamic"
      action_policy_id = "qingyu-oncall"
      repeat_interval  = "4h"
    }
  }

  schedule {
    type     = "FixedRate"
    interval = "15m"
  }
}

# 资源目录：成员账号也不能停用审计；存储桶管控策略已写好，还没有绑定
resource "alicloud_resource_manager_resource_directory" "this" {
  status = "Enabled"
}

resource "alicloud_resource_manager_control_policy" "this" {
  for_each = {
    keep-audit   = ["actiontrail:DeleteTrail", "actiontrail:StopLogging", "log:DeleteProject", "log:DeleteLogStore"]
    keep-buckets = ["oss:PutBucketAcl", "oss:DeleteBucketWorm"]
  }

  control_policy_name = each.key
  effect_scope        = "RAM"

  policy_document = jsonencode({
    Version   = "1"
    Statement = [{ Effect = "Deny", Action = each.value, Resource = "*" }]
  })
}

resource "alicloud_resource_manager_control_policy_attachment" "audit" {
  policy_id = alicloud_resource_manager_control_policy.this["keep-audit"].id
  target_id = "r-qy0001"
}
