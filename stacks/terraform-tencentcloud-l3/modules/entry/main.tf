# The public entry: one balancer over two zones, HTTPS only, behind a web application firewall and protected against
# floods (8.1.2.1a, 8.1.3.2e, 8.1.3.3a).
resource "tencentcloud_clb_instance" "this" {
  clb_name                   = "${var.name}-entry"
  network_type               = "OPEN"
  vpc_id                     = var.vpc_id
  master_zone_id             = var.zones[0]
  slave_zone_id              = var.zones[1]
  internet_charge_type       = "TRAFFIC_POSTPAID_BY_HOUR"
  internet_bandwidth_max_out = var.bandwidth_mbps
  security_groups            = [var.security_group_id]
  # Whom the balancer lets in, the servers need not let in again: their own group names no public address.
  load_balancer_pass_to_target = true
  log_set_id                   = var.logset_id
  log_topic_id                 = var.topic_id
  delete_protect               = true
  # Declares that the address is public on purpose.
  tags = merge(var.tags, { purpose = "public-entry" })
}

resource "tencentcloud_clb_listener" "https" {
  clb_id               = tencentcloud_clb_instance.this.id
  listener_name        = "https"
  protocol             = "HTTPS"
  port                 = 443
  certificate_ssl_mode = "UNIDIRECTIONAL"
  certificate_id       = var.certificate_id
}

# Onward to the servers over HTTPS too: what is secret stays secret inside the network (8.1.4.8a).
resource "tencentcloud_clb_listener_rule" "site" {
  clb_id                     = tencentcloud_clb_instance.this.id
  listener_id                = tencentcloud_clb_listener.https.listener_id
  domain                     = var.domain
  url                        = "/"
  forward_type               = "HTTPS"
  scheduler                  = "WRR"
  health_check_switch        = true
  health_check_type          = "HTTPS"
  health_check_http_path     = "/"
  health_check_http_domain   = var.domain
  health_check_http_method   = "HEAD"
  health_check_http_code     = 2
  health_check_interval_time = 5
  health_check_health_num    = 3
  health_check_unhealth_num  = 3
}

resource "tencentcloud_clb_attachment" "servers" {
  clb_id      = tencentcloud_clb_instance.this.id
  listener_id = tencentcloud_clb_listener.https.listener_id
  rule_id     = tencentcloud_clb_listener_rule.site.rule_id

  dynamic "targets" {
    for_each = var.server_ids

    content {
      instance_id = targets.value
      port        = 8443
      weight      = 10
    }
  }
}

# Bought by the month and renewed: a site whose firewall has expired is open.
resource "tencentcloud_waf_clb_instance" "this" {
  instance_name   = var.name
  goods_category  = "premium_clb"
  time_span       = 1
  time_unit       = "m"
  auto_renew_flag = 1
}

# 21: rules block, the learning engine watches.
resource "tencentcloud_waf_clb_domain" "site" {
  instance_id = tencentcloud_waf_clb_instance.this.instance_id
  domain      = var.domain
  region      = var.short_region
  alb_type    = "clb"
  is_cdn      = 0
  flow_mode   = 1
  status      = 1
  engine      = 21
  cls_status  = 1

  load_balancer_set {
    load_balancer_id   = tencentcloud_clb_instance.this.id
    load_balancer_name = tencentcloud_clb_instance.this.clb_name
    load_balancer_type = "OPEN"
    listener_id        = tencentcloud_clb_listener.https.listener_id
    listener_name      = tencentcloud_clb_listener.https.listener_name
    protocol           = "HTTPS"
    vip                = tencentcloud_clb_instance.this.clb_vips[0]
    vport              = 443
    region             = var.short_region
    zone               = var.zones[0]
    numerical_vpc_id   = -1
  }

  # The site is known to the balancer before the firewall asks for it.
  depends_on = [tencentcloud_clb_listener_rule.site]
}

resource "tencentcloud_antiddos_bgp_instance" "this" {
  instance_charge_type = "POSTPAID_BY_MONTH"
  package_type         = "Standard"

  standard_package_config {
    region           = var.region
    bandwidth        = 100
    protect_ip_count = 1
  }

  dynamic "tag_info_list" {
    for_each = var.tags

    content {
      tag_key   = tag_info_list.key
      tag_value = tag_info_list.value
    }
  }
}

resource "tencentcloud_dayu_ddos_ip_attachment_v2" "entry" {
  bgp_instance_id = tencentcloud_antiddos_bgp_instance.this.id

  bound_ip_list {
    ip          = tencentcloud_clb_instance.this.clb_vips[0]
    instance_id = tencentcloud_clb_instance.this.id
    biz_type    = "public"
    device_type = "lb"
  }
}
