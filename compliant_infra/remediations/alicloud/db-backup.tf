# retention_period、log_backup 是旧属性
resource "alicloud_db_backup_policy" "this" {
  retention_period            = null
  log_backup                  = null
  backup_retention_period     = 30
  enable_backup_log           = true
  log_backup_retention_period = 30
}

resource "alicloud_kvstore_instance" "this" {
  backup_period = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
}

resource "alicloud_mongodb_instance" "this" {
  backup_retention_period     = 30
  enable_backup_log           = 1
  log_backup_retention_period = 30
}

resource "alicloud_polardb_backup_policy" "this" {
  data_level1_backup_retention_period = 14
}

resource "alicloud_click_house_backup_policy" "this" {
  backup_retention_period = 30
}
