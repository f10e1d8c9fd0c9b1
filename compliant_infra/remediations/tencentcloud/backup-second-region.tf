# 备份与日志复制到境内另一地域
resource "tencentcloud_mysql_remote_backup_config" "copy" {
  instance_id        = tencentcloud_mysql_instance.this.id
  remote_backup_save = "on"
  remote_binlog_save = "on"
  remote_region      = ["ap-beijing"]
  expire_days        = 30
}

# 跨地域复制须开启版本控制；目标桶建在境内另一地域
resource "tencentcloud_cos_bucket" "this" {
  versioning_enable = true
  replica_role      = "qcs::cam::uin/100000000001:uin/100000000001"
  replica_rules {
    id                 = "all"
    status             = "Enabled"
    destination_bucket = "qcs::cos:ap-beijing::copy-1250000000"
  }
}
