# 90 天未登录的用户、90 天未使用的密钥自动停用。
resource "alicloud_ram_security_preference" "this" {
  max_idle_days_for_users       = 90
  max_idle_days_for_access_keys = 90
}
