# 使用公共镜像的实例安装云安全中心客户端
resource "alicloud_instance" "this" {
  security_enhancement_strategy = "Active"
}

resource "alicloud_ecs_instance_set" "this" {
  security_enhancement_strategy = "Active"
}

resource "alicloud_launch_template" "this" {
  security_enhancement_strategy = "Active"
}

resource "alicloud_ecs_launch_template" "this" {
  security_enhancement_strategy = "Active"
}

resource "alicloud_ess_scaling_configuration" "this" {
  security_enhancement_strategy = "Active"
}

# 企业版：含入侵检测、病毒查杀与漏洞管理
resource "alicloud_threat_detection_instance" "this" {
  payment_type      = "Subscription"
  version_code      = "level2"
  buy_number        = "30"
  period            = 12
  subscription_type = null
}

resource "alicloud_threat_detection_web_lock_config" "this" {
  defence_mode = "block"
}

resource "alicloud_cs_kubernetes_node_pool" "this" {
  security_hardening_os = true
}
