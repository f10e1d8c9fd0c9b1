# Host security, professional edition, for every server (8.1.4.4f, 8.1.4.5), bound to new servers by itself.
resource "tencentcloud_cwp_license_order" "this" {
  alias        = var.name
  license_type = 1
  license_num  = var.servers
  tags         = var.tags
}

resource "tencentcloud_cwp_auto_open_proversion_config" "this" {
  status                  = "OPEN"
  protect_type            = "PROVERSION_PREPAY"
  auto_repurchase_switch  = 1
  repurchase_renew_switch = 1

  depends_on = [tencentcloud_cwp_license_order.this]
}

# Everything is looked at for open ports, weaknesses, weak passwords and risky settings every seven days, at two o'clock
# (8.1.4.4e, 8.1.10.5).
resource "tencentcloud_csip_risk_center" "weekly" {
  task_name         = "${var.name}-weekly"
  scan_asset_type   = 0
  scan_item         = ["port", "poc", "weakpass", "configrisk"]
  scan_plan_type    = 2
  scan_plan_content = "0 0 2 */7 * * *"
}

# What there is and how it changes is recorded (8.1.10.2).
resource "tencentcloud_config_recorder_config" "this" {
  status = true
}
