# 加密方式只能在创建备份库时设置；密钥须与备份库在同一地域。
resource "alicloud_hbr_vault" "this" {
  encrypt_type = "KMS"
  kms_key_id   = "key-hzz0123456789abcdef"
}

resource "alicloud_hbr_replication_vault" "this" {
  encrypt_type = "KMS"
  kms_key_id   = "key-shh0123456789abcdef"
}
