# 单位为秒：30 天
resource "tencentcloud_cynosdb_backup_config" "this" {
  reserve_duration = 2592000
}

resource "tencentcloud_sqlserver_config_backup_strategy" "this" {
  backup_save_days = 30
}
