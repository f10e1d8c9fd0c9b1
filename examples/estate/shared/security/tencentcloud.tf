resource "tencentcloud_cfw_edge_firewall_switch" "this" {
  for_each = toset(var.tencentcloud_public_ips)

  public_ip   = each.value
  switch_mode = 1
  enable      = 1
}

# 上线初期误拦过小程序请求，一直停在观察模式
resource "tencentcloud_cfw_ips_mode_switch" "this" {
  mode = 0
}

resource "tencentcloud_cfw_edge_policy" "https" {
  direction      = 1
  rule_action    = "accept"
  protocol       = "HTTPS"
  port           = "443"
  source_content = "0.0.0.0/0"
  source_type    = "net"
  target_content = "203.0.113.40/32"
  target_type    = "net"
  scope          = "serial"
  description    = "agent app"
}

resource "tencentcloud_cfw_edge_policy" "deny" {
  direction      = 1
  rule_action    = "drop"
  protocol       = "ANY"
  port           = "-1/-1"
  source_content = "0.0.0.0/0"
  source_type    = "net"
  target_content = "0.0.0.0/0"
  target_type    = "net"
  scope          = "serial"
  description    = "deny rest"
}

# 主机安全专业版授权，新购实例自动绑定
resource "tencentcloud_cwp_license_order" "this" {
  alias        = "qingyu"
  license_type = 1
  license_num  = 20
}

resource "tencentcloud_cwp_auto_open_proversion_config" "this" {
  status = "OPEN"
}

# 每周体检：端口、漏洞、弱口令、配置风险
resource "tencentcloud_csip_risk_center" "weekly" {
  task_name         = "qingyu-weekly"
  scan_asset_type   = 0
  scan_item         = ["port", "poc", "weakpass", "configrisk"]
  scan_plan_type    = 2
  scan_plan_content = "0 0 2 */7 * * *"
}

resource "tencentcloud_config_recorder_config" "this" {
  status         = true
  resource_types = ["QCS::CVM::Instance", "QCS::COS::Bucket", "QCS::CAM::User"]
}

resource "tencentcloud_monitor_alarm_policy" "cvm" {
  policy_name  = "qingyu-cvm-events"
  monitor_type = "MT_QCE"
  namespace    = "cvm_device"
  enable       = 1
  notice_ids   = ["notice-qy0001"]

  event_conditions {
    metric_name = "ping_unreachable"
  }
}

# 数据库审计日志汇集到同一地域的日志服务
resource "tencentcloud_cls_cloud_product_log_task_v2" "this" {
  for_each = var.tencentcloud_databases

  instance_id          = each.key
  assumer_name         = "CDB"
  log_type             = "CDB-AUDIT"
  cloud_product_region = each.value
  cls_region           = "ap-shanghai"
  logset_name          = "qingyu-central"
  topic_name           = "database-audit"
}
