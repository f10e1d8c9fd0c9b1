# 密钥规格只能在创建时指定；国密算法的密钥由硬件密码机（HSM）保护。签名验签用 "EC_SM2"，该规格不支持自动轮换。
resource "alicloud_kms_key" "this" {
  key_spec           = "Aliyun_SM4"
  key_usage          = "ENCRYPT/DECRYPT"
  protection_level   = "HSM"
  automatic_rotation = "Enabled"
  rotation_interval  = "365d"
}
