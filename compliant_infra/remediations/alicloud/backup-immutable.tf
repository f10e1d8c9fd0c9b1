# 启用后保留期内不可删除备份，且不可关闭
resource "alicloud_hbr_vault" "this" {
  worm_enabled = true
}

resource "alicloud_hbr_policy" "this" {
  rules {
    rule_type   = "BACKUP"
    backup_type = "COMPLETE"
    schedule    = "I|1631685600|P1D"
    retention   = 30
    immutable   = true
  }
  rules {
    rule_type             = "REPLICATION"
    replication_region_id = "cn-beijing"
    retention             = 30
  }
}
