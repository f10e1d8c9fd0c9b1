# 先将程序改为使用角色（RRSA、实例角色），再删除密钥。
removed {
  from = alicloud_ram_access_key.this
  lifecycle {
    destroy = true
  }
}

resource "alicloud_ram_security_preference" "this" {
  allow_user_to_manage_access_keys = false
}

resource "alicloud_cloud_sso_directory" "this" {
  login_preference {
    allow_user_to_get_credentials = false
  }
}

resource "alicloud_cs_managed_kubernetes" "this" {
  enable_rrsa = true
}
