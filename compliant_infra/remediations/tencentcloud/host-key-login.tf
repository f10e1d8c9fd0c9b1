# 密钥对须先创建（tencentcloud_key_pair）。
resource "tencentcloud_instance" "this" {
  key_ids          = ["skey-00000000"]
  password         = null
  keep_image_login = null
}

resource "tencentcloud_as_scaling_config" "this" {
  key_ids          = ["skey-00000000"]
  password         = null
  keep_image_login = null
}

resource "tencentcloud_cvm_launch_template" "this" {
  login_settings {
    key_ids = ["skey-00000000"]
  }
}
