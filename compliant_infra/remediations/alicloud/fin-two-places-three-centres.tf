# 同城两个可用区，异地（provider alicloud.remote 所在地域）实时备用实例
resource "alicloud_db_instance" "this" {
  zone_id         = "cn-wulanchabu-a"
  zone_id_slave_a = "cn-wulanchabu-b"
  tags = {
    dr-tier    = "1"
    rto        = "30"
    rpo        = "5"
    data-class = "core"
    owner      = "core-banking"
  }
}

resource "alicloud_rds_ddr_instance" "standby" {
  provider                = alicloud.remote
  engine                  = "MySQL"
  engine_version          = "8.0"
  instance_type           = "mysql.x4.large.2c"
  instance_storage        = 500
  payment_type            = "PayAsYouGo"
  restore_type            = "BackupTime"
  source_region           = "cn-wulanchabu"
  source_db_instance_name = alicloud_db_instance.this.id
  vswitch_id              = var.standby_vswitch_id
  ssl_action              = "Open"
  deletion_protection     = true
}

variable "standby_vswitch_id" {
  description = "灾备地域的交换机"
  type        = string
  default     = "vsw-0123456789abcdefghijk"
}

# 同城冗余存储，异地复制
resource "alicloud_oss_bucket" "this" {
  redundancy_type = "ZRS"
}

resource "alicloud_oss_bucket_replication" "remote" {
  bucket = alicloud_oss_bucket.this.id
  action = "ALL"
  destination {
    bucket   = var.remote_bucket
    location = "oss-cn-beijing"
  }
}

variable "remote_bucket" {
  description = "灾备地域的存储桶"
  type        = string
  default     = "bank-vouchers-beijing"
}
