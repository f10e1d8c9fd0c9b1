# 备份与日志复制到境内另一地域
resource "tencentcloud_mysql_remote_backup_config" "copy" {
  instance_id        = tencentcloud_mysql_instance.this.id
  remote_backup_save = "on"
  remote_binlog_save = "on"
  remote_region      = [var.second_region]
  expire_days        = 30
}

# 跨地域复制须开启版本控制；目标桶建在境内另一地域
resource "tencentcloud_cos_bucket" "this" {
  versioning_enable = true
  replica_role      = var.replica_role
  replica_rules {
    id                 = "all"
    status             = "Enabled"
    destination_bucket = var.replica_bucket
  }
}

variable "second_region" {
  description = "Another region in mainland China"
  type        = string
  default     = "ap-beijing"
}

variable "replica_role" {
  description = "Account that replicates: qcs::cam::uin/<main account>:uin/<main account>"
  type        = string
  default     = "qcs::cam::uin/100000000001:uin/100000000001"
}

variable "replica_bucket" {
  description = "Destination in another region of mainland China, with versioning: qcs::cos:<region>::<bucket>-<APPID>"
  type        = string
  default     = "qcs::cos:ap-beijing::copy-1250000000"
}
