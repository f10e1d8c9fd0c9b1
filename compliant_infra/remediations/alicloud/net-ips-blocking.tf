# 拦截模式，并开启基础规则、虚拟补丁与威胁情报；建议先以观察模式确认无误拦。
resource "alicloud_cloud_firewall_ips_config" "this" {
  run_mode    = 1
  basic_rules = 1
  patch_rules = 1
  cti_rules   = 1
  rule_class  = 2
}

resource "alicloud_cloud_firewall_vpc_firewall_ips_config" "this" {
  run_mode         = 1
  basic_rules      = 1
  enable_all_patch = 1
}

resource "alicloud_cloud_firewall_threat_intelligence_switch" "this" {
  enable_status = 1
  action        = "drop"
}
