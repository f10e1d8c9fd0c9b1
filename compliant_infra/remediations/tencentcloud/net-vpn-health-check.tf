# 探测地址从 169.254.128.0/17 中选取，两端一致配置。
resource "tencentcloud_vpn_connection" "this" {
  enable_health_check    = true
  health_check_local_ip  = "169.254.227.187"
  health_check_remote_ip = "169.254.164.37"
  health_check_config {
    probe_type      = "NQA"
    probe_interval  = 5000
    probe_threshold = 3
    probe_timeout   = 150
  }
}
