# 密钥用途只能在创建时指定；签名验签用 "ASYMMETRIC_SIGN_VERIFY_SM2"。
resource "tencentcloud_kms_key" "this" {
  key_usage = "ASYMMETRIC_DECRYPT_SM2"
}
