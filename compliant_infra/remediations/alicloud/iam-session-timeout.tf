# 控制台会话不超过 8 小时。
resource "alicloud_ram_security_preference" "this" {
  login_session_duration = 8
}

# 角色会话不超过 4 小时。
resource "alicloud_ram_role" "this" {
  max_session_duration = 3600
}

resource "alicloud_resource_manager_role" "this" {
  max_session_duration = 3600
}

resource "alicloud_cloud_sso_access_configuration" "this" {
  session_duration = 3600
}
