# 对外入口：ALB，TLS 1.2 起步，80 端口只做跳转
locals {
  # 每个可用区一个自有公网地址；内网入口不需要
  addresses = var.public ? var.zone_vswitches : {}
}

resource "alicloud_eip_address" "entry" {
  for_each = local.addresses

  address_name              = "${var.name}-${each.key}"
  isp                       = "BGP"
  bandwidth                 = var.bandwidth_mbps
  internet_charge_type      = "PayByTraffic"
  payment_type              = "PayAsYouGo"
  security_protection_types = var.ddos_protected ? ["AntiDDoS_Enhanced"] : null
  deletion_protection       = true
  tags                      = var.tags
}

resource "alicloud_alb_load_balancer" "this" {
  load_balancer_name    = var.name
  vpc_id                = var.vpc_id
  address_type          = var.public ? "Internet" : "Intranet"
  load_balancer_edition = "StandardWithWaf"

  load_balancer_billing_config {
    pay_type = "PayAsYouGo"
  }

  deletion_protection_config {
    enabled = true
  }

  access_log_config {
    log_project = var.access_log.project
    log_store   = var.access_log.store
  }

  dynamic "zone_mappings" {
    for_each = var.zone_vswitches

    content {
      zone_id    = zone_mappings.key
      vswitch_id = zone_mappings.value

      allocation_id = var.public ? alicloud_eip_address.entry[zone_mappings.key].id : null
      eip_type      = var.public ? "Common" : null
    }
  }

  tags = merge(var.tags, var.public ? { purpose = "public-entry" } : {})
}

resource "alicloud_alb_server_group" "this" {
  for_each = var.backends

  server_group_name = "${var.name}-${each.key}"
  vpc_id            = var.vpc_id
  protocol          = "HTTPS"

  health_check_config {
    health_check_enabled  = true
    health_check_protocol = "HTTPS"
    health_check_path     = each.value.health_path
  }

  dynamic "servers" {
    for_each = each.value.servers

    content {
      server_type = "Ecs"
      server_id   = servers.value
      port        = each.value.port
    }
  }

  tags = var.tags
}

resource "alicloud_alb_security_policy" "this" {
  security_policy_name = "${var.name}-tls"
  tls_versions         = var.tls_versions
  ciphers              = ["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES128-GCM-SHA256"]
  tags                 = var.tags
}

resource "alicloud_alb_listener" "https" {
  load_balancer_id     = alicloud_alb_load_balancer.this.id
  listener_protocol    = "HTTPS"
  listener_port        = 443
  listener_description = "${var.name} https"
  security_policy_id   = alicloud_alb_security_policy.this.id

  certificates {
    certificate_id = var.certificate_id
  }

  default_actions {
    type = "ForwardGroup"

    forward_group_config {
      server_group_tuples {
        server_group_id = alicloud_alb_server_group.this[var.default_backend].id
      }
    }
  }
}

output "dns_name" {
  value = alicloud_alb_load_balancer.this.dns_name
}
