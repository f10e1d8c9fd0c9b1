# 密钥对须先创建（tencentcloud_key_pair）。
resource "tencentcloud_instance" "this" {
  key_ids          = ["skey-00000000"]
  password         = null
  keep_image_login = null
}
