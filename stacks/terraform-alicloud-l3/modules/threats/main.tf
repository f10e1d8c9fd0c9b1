# 8.1.3.3, 8.1.3.4, 8.1.4.4, 8.1.4.5: Cloud Firewall at the border, Security Center on the servers, and from level 3 on
# a bastion host through which people reach servers.
resource "alicloud_cloud_firewall_instance_v2" "this" {
  product_code          = "cfw"
  product_type          = var.level.number >= 3 ? "cfw_sub_public_cn" : "cfw_elasticity_public_cn"
  payment_type          = var.level.number >= 3 ? "Subscription" : "PayAsYouGo"
  spec                  = var.level.number >= 3 ? "premium_version" : "payg_version"
  cfw_log               = true
  period                = var.level.number >= 3 ? 12 : null
  renewal_status        = var.level.number >= 3 ? "AutoRenewal" : null
  renewal_duration      = var.level.number >= 3 ? 1 : null
  renewal_duration_unit = var.level.number >= 3 ? "Y" : null
}

# Blocks, at a middle strictness: 3 stops more of what is harmless as well.
resource "alicloud_cloud_firewall_ips_config" "this" {
  run_mode    = 1
  basic_rules = 1
  patch_rules = 1
  cti_rules   = 1
  rule_class  = 2

  depends_on = [alicloud_cloud_firewall_instance_v2.this]
}

# 8.1.3.2 e: the border passes HTTPS, told by what it is and not by its port alone, and clients that come over plain
# HTTP only to be redirected.
locals {
  anywhere = "0.0.0.0/0"
  passages = {
    in-https  = { direction = "in", application = "HTTPS", port = 443, order = 1 }
    in-http   = { direction = "in", application = "HTTP", port = 80, order = 2 }
    out-https = { direction = "out", application = "HTTPS", port = 443, order = 1 }
  }
}

resource "alicloud_cloud_firewall_control_policy" "passage" {
  for_each = local.passages

  direction             = each.value.direction
  acl_action            = "accept"
  description           = "${each.value.application} on ${each.value.port}"
  application_name_list = [each.value.application]
  proto                 = "TCP"
  source                = local.anywhere
  source_type           = "net"
  destination           = local.anywhere
  destination_type      = "net"
  dest_port             = "${each.value.port}/${each.value.port}"
  dest_port_type        = "port"
  ip_version            = "4"
  release               = "true"

  depends_on = [alicloud_cloud_firewall_instance_v2.this]
}

resource "alicloud_cloud_firewall_control_policy_order" "passage" {
  for_each = local.passages

  acl_uuid  = alicloud_cloud_firewall_control_policy.passage[each.key].acl_uuid
  direction = each.value.direction
  order     = each.value.order
}

resource "alicloud_cloud_firewall_control_policy" "rest" {
  for_each = toset(["in", "out"])

  direction             = each.value
  acl_action            = "drop"
  description           = "Everything that no other policy lets pass"
  application_name_list = ["ANY"]
  proto                 = "ANY"
  source                = local.anywhere
  source_type           = "net"
  destination           = local.anywhere
  destination_type      = "net"
  ip_version            = "4"
  release               = "true"

  # First what may pass, or the border is closed for a while.
  depends_on = [alicloud_cloud_firewall_control_policy_order.passage]
}

resource "alicloud_cloud_firewall_control_policy_order" "rest" {
  for_each = toset(["in", "out"])

  acl_uuid  = alicloud_cloud_firewall_control_policy.rest[each.value].acl_uuid
  direction = each.value
  order     = -1
}

# The anti-virus edition at level 2, which counts the cores of servers and buys repairs of vulnerabilities apart; the
# enterprise edition above, which counts servers.
resource "alicloud_threat_detection_instance" "this" {
  version_code        = var.level.number >= 3 ? "level2" : "level7"
  payment_type        = "Subscription"
  period              = 12
  renewal_status      = "AutoRenewal"
  renew_period        = 1
  renewal_period_unit = "Y"
  buy_number          = tostring(var.server_count)
  v_core              = var.level.number >= 3 ? null : tostring(var.server_count * var.server_cores)
  vul_switch          = var.level.number >= 3 ? null : "1"
  vul_count           = var.level.number >= 3 ? null : "20"
  honeypot_switch     = var.decoy == null ? null : "1"
  honeypot            = var.decoy == null ? null : "20"
}

# Every night for malicious code, every week for vulnerabilities that have just become known.
resource "alicloud_threat_detection_cycle_task" "this" {
  for_each = { VIRUS_VUL_SCHEDULE_SCAN = 1, EMG_VUL_SCHEDULE_SCAN = 7 }

  task_name         = each.key
  task_type         = each.key
  enable            = 1
  first_date_str    = 1704038400000
  interval_period   = each.value
  period_unit       = "day"
  target_start_time = 0
  target_end_time   = 6

  depends_on = [alicloud_threat_detection_instance.this]
}

# 8.1.5.1 and 8.1.5.4 a: the one way to servers, without a public address of its own.
resource "alicloud_bastionhost_instance" "this" {
  count = var.level.number >= 3 ? 1 : 0

  description          = "${var.name}-bastion"
  plan_code            = "cloudbastion_ha"
  license_code         = "bhah_ent_50_asset"
  bandwidth            = "5"
  storage              = "5"
  period               = 1
  renewal_status       = "AutoRenewal"
  renew_period         = 1
  renewal_period_unit  = "M"
  vswitch_id           = var.vswitch_ids[0]
  slave_vswitch_id     = var.vswitch_ids[1]
  security_group_ids   = [var.security_group_id]
  enable_public_access = false
}

# Decoys: who touches them has no business in the network.
resource "alicloud_threat_detection_honeypot_node" "this" {
  count = var.decoy == null ? 0 : 1

  node_name                      = "${var.name}-decoys"
  available_probe_num            = 20
  allow_honeypot_access_internet = false

  depends_on = [alicloud_threat_detection_instance.this]
}

resource "alicloud_threat_detection_honey_pot" "this" {
  count = var.decoy == null ? 0 : 1

  honeypot_name       = "${var.name}-decoy"
  honeypot_image_id   = var.decoy.image_id
  honeypot_image_name = var.decoy.image_name
  node_id             = alicloud_threat_detection_honeypot_node.this[0].id
}

resource "alicloud_threat_detection_honeypot_probe" "this" {
  count = var.decoy == null ? 0 : 1

  display_name    = "${var.name}-probe"
  control_node_id = alicloud_threat_detection_honeypot_node.this[0].id
  probe_type      = "vpc_black_hole_probe"
  vpc_id          = var.vpc_id
  ping            = true

  honeypot_bind_list {
    honeypot_id = alicloud_threat_detection_honey_pot.this[0].id

    dynamic "bind_port_list" {
      for_each = [22, 445, 3306, 3389, 6379]
      content {
        start_port = bind_port_list.value
        end_port   = bind_port_list.value
      }
    }
  }
}

# 8.1.4.11 and article 51 of the Personal Information Protection Law: personal information is found where nobody
# declared it. The smallest packages: two databases, 1000 GB of objects.
resource "alicloud_sddp_instance" "this" {
  count = var.data_discovery ? 1 : 0

  payment_type   = "Subscription"
  period         = 1
  renewal_status = "AutoRenewal"
  renew_period   = 1
  sddp_version   = "version_company"
  sd_cbool       = "yes"
  sdc            = "2"
  ud_cbool       = "yes"
  udc            = "1000"
}
