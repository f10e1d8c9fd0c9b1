# 加密方式只能在创建备份库时设置；密钥须与备份库在同一地域。
resource "alicloud_hbr_vault" "this" {
  encrypt_type = "KMS"
  kms_key_id   = var.backup_kms_key_id
}

resource "alicloud_hbr_replication_vault" "this" {
  encrypt_type = "KMS"
  kms_key_id   = var.backup_copy_kms_key_id
}

variable "backup_kms_key_id" {
  description = "Key in the region of the backup vault"
  type        = string
  default     = "key-hzz0123456789abcdef"
}

variable "backup_copy_kms_key_id" {
  description = "Key in the region of the mirror vault"
  type        = string
  default     = "key-shh0123456789abcdef"
}
