# 启用后保留期内不可删除备份，且不可关闭
resource "alicloud_hbr_vault" "this" {
  worm_enabled = true
}

# 备份写入已锁定的备份库
resource "alicloud_hbr_vault" "locked" {
  vault_name   = "locked"
  worm_enabled = true
  encrypt_type = "KMS"
  kms_key_id   = var.backup_kms_key_id
}

resource "alicloud_hbr_policy" "this" {
  rules {
    rule_type   = "BACKUP"
    backup_type = "COMPLETE"
    schedule    = "I|1631685600|P1D"
    retention   = 30
    vault_id    = alicloud_hbr_vault.locked.id
  }
  rules {
    rule_type             = "REPLICATION"
    replication_region_id = var.backup_region
    retention             = 30
  }
}

variable "backup_kms_key_id" {
  description = "Key in the region of the backup vault"
  type        = string
  default     = "key-hzz0123456789abcdef"
}

variable "backup_region" {
  description = "Second region in mainland China that keeps the copies"
  type        = string
  default     = "cn-beijing"
}
