# 云盘加密与多数 TDE 开启后不能关闭，RDS 与 MongoDB 的云盘加密只能在创建时选择。密钥换成自己的。
variable "db_kms_key_id" {
  description = "Key in the region of the database"
  type        = string
  default     = "key-hzz000000000000000000"
}

resource "alicloud_db_instance" "this" {
  encryption_key = var.db_kms_key_id
}

resource "alicloud_mongodb_instance" "this" {
  encrypted                 = true
  cloud_disk_encryption_key = var.db_kms_key_id
}

# encrypt_new_tables 只用于 MySQL；已有的表用 ALTER TABLE ... ENCRYPTION = 'Y' 加密
resource "alicloud_polardb_cluster" "this" {
  tde_status         = "Enabled"
  encrypt_new_tables = "ON"
  encryption_key     = var.db_kms_key_id
}

resource "alicloud_kvstore_instance" "this" {
  tde_status     = "Enabled"
  encryption_key = var.db_kms_key_id
}

resource "alicloud_redis_tair_instance" "this" {
  tde_status     = "enabled"
  encryption_key = var.db_kms_key_id
}
