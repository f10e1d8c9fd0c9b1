# 密钥规格只能在创建时指定；国密算法的密钥由硬件密码机（HSM）保护，须人工轮换。签名验签用 "EC_SM2"。
resource "alicloud_kms_key" "this" {
  key_spec         = "Aliyun_SM4"
  key_usage        = "ENCRYPT/DECRYPT"
  protection_level = "HSM"
}
