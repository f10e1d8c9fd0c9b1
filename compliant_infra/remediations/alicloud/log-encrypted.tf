# 账号、角色、密钥与地域换成自己的；密钥与 Logstore 在同一地域。
resource "alicloud_log_store" "this" {
  encrypt_conf {
    enable       = true
    encrypt_type = "m4" # 国密 SM4；default 为 AES
    user_cmk_info {
      cmk_key_id = "key-hzz000000000000000000"
      arn        = "acs:ram::1234567890123456:role/aliyunlogdefaultrole"
      region_id  = "cn-hangzhou"
    }
  }
}
