# 8.1.2.1, 8.1.3.2 to 8.1.3.4: one public entry over several zones, TLS 1.2 and later, with a firewall for web
# applications inside, so that nobody gets past it.
locals {
  tags = merge(var.tags, { purpose = "public-entry" })
  # Addresses of their own take protection against denial of service (8.1.3.3); from level 3 on.
  protected = var.level.number >= 3
}

resource "alicloud_eip_address" "entry" {
  count = local.protected ? length(var.zones) : 0

  address_name              = "${var.name}-${count.index}"
  isp                       = "BGP"
  payment_type              = "PayAsYouGo"
  internet_charge_type      = "PayByTraffic"
  bandwidth                 = tostring(var.level.entry_bandwidth_mbps)
  security_protection_types = ["AntiDDoS_Enhanced"]
  deletion_protection       = true
  tags                      = local.tags
}

resource "alicloud_alb_load_balancer" "this" {
  vpc_id                      = var.vpc_id
  load_balancer_name          = var.name
  load_balancer_edition       = "StandardWithWaf"
  address_type                = "Internet"
  address_allocated_mode      = "Fixed"
  address_ip_version          = "IPv4"
  deletion_protection_enabled = true

  load_balancer_billing_config {
    pay_type = "PayAsYouGo"
  }
  modification_protection_config {
    status = "ConsoleProtection"
    reason = "Managed by Terraform"
  }
  access_log_config {
    log_project = var.access_log.project
    log_store   = var.access_log.store
  }
  dynamic "zone_mappings" {
    for_each = range(length(var.zones))
    content {
      zone_id       = var.zones[zone_mappings.value]
      vswitch_id    = var.vswitch_ids[zone_mappings.value]
      allocation_id = local.protected ? alicloud_eip_address.entry[zone_mappings.value].id : null
    }
  }

  tags = local.tags
}

resource "alicloud_alb_load_balancer_security_group_attachment" "this" {
  load_balancer_id  = alicloud_alb_load_balancer.this.id
  security_group_id = var.security_group_id
}

resource "alicloud_alb_security_policy" "this" {
  security_policy_name = "${var.name}-tls"
  tls_versions         = ["TLSv1.2", "TLSv1.3"]
  ciphers = [
    "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES256-GCM-SHA384", "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
  ]
  tags = local.tags
}

# 8.1.3.1: TLS goes on to the servers. The second group stays empty: a listener must forward by default, and that of
# port 80 only redirects.
resource "alicloud_alb_server_group" "this" {
  for_each = toset(["servers", "nowhere"])

  vpc_id             = var.vpc_id
  server_group_name  = "${var.name}-${each.value}"
  protocol           = "HTTPS"
  scheduler          = "Wrr"
  cross_zone_enabled = true

  health_check_config {
    health_check_enabled      = true
    health_check_protocol     = "HTTPS"
    health_check_http_version = "HTTP1.1"
    health_check_method       = "GET"
    health_check_path         = var.health_check_path
    health_check_connect_port = var.backend_port
    health_check_codes        = ["http_2xx", "http_3xx"]
  }

  tags = local.tags
}

resource "alicloud_alb_listener" "https" {
  load_balancer_id     = alicloud_alb_load_balancer.this.id
  listener_protocol    = "HTTPS"
  listener_port        = 443
  listener_description = "HTTPS"
  security_policy_id   = alicloud_alb_security_policy.this.id
  http2_enabled        = true

  certificates {
    certificate_id = var.certificate_id
  }
  x_forwarded_for_config {
    x_forwarded_for_enabled       = true
    x_forwarded_for_proto_enabled = true
  }
  default_actions {
    type = "ForwardGroup"
    forward_group_config {
      server_group_tuples {
        server_group_id = alicloud_alb_server_group.this["servers"].id
      }
    }
  }

  tags = local.tags
}

resource "alicloud_alb_listener" "http" {
  load_balancer_id     = alicloud_alb_load_balancer.this.id
  listener_protocol    = "HTTP"
  listener_port        = 80
  listener_description = "Redirect to HTTPS"

  default_actions {
    type = "ForwardGroup"
    forward_group_config {
      server_group_tuples {
        server_group_id = alicloud_alb_server_group.this["nowhere"].id
      }
    }
  }

  tags = local.tags
}

resource "alicloud_alb_rule" "redirect" {
  listener_id = alicloud_alb_listener.http.id
  rule_name   = "${var.name}-https"
  priority    = 1

  rule_conditions {
    type = "Path"
    path_config {
      values = ["/*"]
    }
  }
  rule_actions {
    order = 1
    type  = "Redirect"
    redirect_config {
      protocol  = "HTTPS"
      port      = "443"
      http_code = "308"
    }
  }
}

# SM2 certificates end TLS here: the load balancer takes none. An account has one instance for the whole mainland, and a
# domain is in it once: where the load balancers of the region do not answer, it goes on to those of the second one.
resource "alicloud_wafv3_domain" "this" {
  count = var.waf == null ? 0 : 1

  instance_id = var.waf.instance_id
  domain      = var.waf.domain
  access_type = "share"

  listen {
    https_ports         = [443]
    focus_https         = true
    http2_enabled       = true
    cert_id             = var.certificate_id
    tls_version         = "tlsv1.2"
    enable_tlsv3        = true
    cipher_suite        = 2 # strong suites only
    protection_resource = "share"
    sm2_enabled         = true
    sm2_cert_id         = var.waf.sm2_certificate_id
    sm2_access_only     = false
  }
  redirect {
    backends           = [alicloud_alb_load_balancer.this.dns_name]
    backup_backends    = var.waf.backup_backends
    loadbalance        = "iphash"
    focus_http_backend = false
    sni_enabled        = true
    keepalive          = true
    retry              = true
    xff_proto          = true
  }

  lifecycle {
    precondition {
      condition     = var.waf.instance_id != null && var.waf.sm2_certificate_id != null
      error_message = "SM algorithms need a WAF 3.0 instance and an SM2 certificate: set waf_instance_id and sm2_certificate_id."
    }
  }
}
