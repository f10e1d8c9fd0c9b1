resource "alicloud_threat_detection_cycle_task" "this" {
  enable          = 1
  interval_period = 1
  period_unit     = "day"
}

# 高危安全补丁发布 7 天后自动批准
resource "alicloud_oos_patch_baseline" "this" {
  approval_rules = "{\"PatchRules\":[{\"EnableNonSecurity\":false,\"ComplianceLevel\":\"Medium\",\"ApproveAfterDays\":7,\"PatchFilterGroup\":[{\"Key\":\"Severity\",\"Values\":[\"Critical\",\"Important\"]}]}]}"
}

resource "alicloud_threat_detection_instance" "this" {
  post_pay_module_switch = null
  post_pay_module_switch_obj {
    post_host = 1
    vul       = 1
  }
}
