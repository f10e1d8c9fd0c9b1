# 开启资源监控。
resource "tencentcloud_config_recorder_config" "this" {
  status = true
}
