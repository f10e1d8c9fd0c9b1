# 保护级别只能在创建密钥时指定
resource "alicloud_kms_key" "this" {
  protection_level = "HSM"
}
