# 8.1.4.9: the domain answers with the entry of the primary region, and with that of the standby when it is lost: after
# three failed checks, a minute apart, and the minute for which resolvers keep an answer.
resource "alicloud_alidns_gtm_instance" "this" {
  instance_name           = "${var.name}-failover"
  payment_type            = "Subscription"
  period                  = 1
  renewal_status          = "AutoRenewal"
  renew_period            = 1
  package_edition         = "standard"
  health_check_task_count = 100
  sms_notification_count  = 1000
  public_cname_mode       = "SYSTEM_ASSIGN"
  public_user_domain_name = var.domain
  cname_type              = "PUBLIC"
  strategy_mode           = "GEO"
  ttl                     = 60
  alert_group             = [var.contact_group]

  dynamic "alert_config" {
    for_each = ["ADDR_ALERT", "ADDR_RESUME", "ADDR_POOL_GROUP_UNAVAILABLE"]
    content {
      notice_type  = alert_config.value
      email_notice = true
      sms_notice   = true
    }
  }
}

resource "alicloud_alidns_address_pool" "this" {
  for_each = { primary = var.primary, standby = var.standby }

  instance_id       = alicloud_alidns_gtm_instance.this.id
  address_pool_name = "${var.name}-${each.key}"
  type              = "DOMAIN"
  lba_strategy      = "RATIO"

  address {
    address        = each.value
    mode           = "SMART"
    lba_weight     = 1
    remark         = "${each.key} region"
    attribute_info = jsonencode({ lineCodeRectifyType = "AUTO", lineCodes = ["default"] })
  }
}

resource "alicloud_alidns_monitor_config" "this" {
  for_each = toset(["primary", "standby"])

  addr_pool_id        = alicloud_alidns_address_pool.this[each.value].id
  protocol_type       = "HTTPS"
  interval            = 60
  timeout             = 5000
  evaluation_count    = 3
  monitor_extend_info = jsonencode({ host = var.domain, path = var.health_check_path, port = 443, sni = true })

  isp_city_node {
    isp_code  = "465"
    city_code = "503"
  }
}

resource "alicloud_alidns_access_strategy" "this" {
  instance_id   = alicloud_alidns_gtm_instance.this.id
  strategy_name = "${var.name}-failover"
  strategy_mode = "GEO"
  access_mode   = "AUTO"

  default_addr_pool_type         = "DOMAIN"
  default_lba_strategy           = "RATIO"
  default_min_available_addr_num = 1
  default_addr_pools {
    addr_pool_id = alicloud_alidns_address_pool.this["primary"].id
    lba_weight   = 1
  }

  failover_addr_pool_type         = "DOMAIN"
  failover_lba_strategy           = "RATIO"
  failover_min_available_addr_num = 1
  failover_addr_pools {
    addr_pool_id = alicloud_alidns_address_pool.this["standby"].id
    lba_weight   = 1
  }

  lines {
    line_code = "default"
  }
}
