# 连续输错 5 次后锁定；0 表示不限制，不可使用。
resource "alicloud_ram_account_password_policy" "this" {
  max_login_attempts = 5
}

resource "alicloud_ram_password_policy" "this" {
  max_login_attemps = 5
}

resource "alicloud_cloud_sso_directory" "this" {
  password_policy {
    max_login_attempts = 5
  }
}

# 主机：10 分钟内失败 5 次，锁定 30 分钟。
resource "alicloud_threat_detection_anti_brute_force_rule" "this" {
  fail_count     = 5
  span           = 10
  forbidden_time = 30
  protocol_type {
    ssh = "on"
    rdp = "on"
  }
}
