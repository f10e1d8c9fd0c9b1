# 1 为拦截模式，2 为严格模式。
resource "tencentcloud_cfw_ips_mode_switch" "this" {
  mode = 1
}
