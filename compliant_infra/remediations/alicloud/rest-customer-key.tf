# 用同一地域内自建的密钥；对 RDS、NAS、云备份等，密钥只能在创建时选择。
variable "data_kms_key_id" {
  description = "Key of your own in the region of the data"
  type        = string
  default     = "key-bjj000000000000000000"
}

resource "alicloud_instance" "this" {
  data_disks {
    name       = "data" # 每块数据盘都要写
    size       = 100
    encrypted  = true
    kms_key_id = var.data_kms_key_id
  }
}

resource "alicloud_ecs_disk" "this" {
  kms_key_id = var.data_kms_key_id
}

resource "alicloud_disk" "this" {
  kms_key_id = var.data_kms_key_id
}

# 旧式的 server_side_encryption_rule 换成单独的资源
resource "alicloud_oss_bucket" "this" {
  dynamic "server_side_encryption_rule" {
    for_each = []
    content {}
  }
}

resource "alicloud_oss_bucket_server_side_encryption" "own_key" {
  bucket              = alicloud_oss_bucket.this.bucket
  sse_algorithm       = "KMS"
  kms_data_encryption = "SM4"
  kms_master_key_id   = var.data_kms_key_id
}

resource "alicloud_oss_bucket_server_side_encryption" "this" {
  sse_algorithm       = "KMS"
  kms_data_encryption = "SM4"
  kms_master_key_id   = var.data_kms_key_id
}

resource "alicloud_db_instance" "this" {
  encryption_key = var.data_kms_key_id
}

resource "alicloud_mongodb_sharding_instance" "this" {
  cloud_disk_encryption_key = var.data_kms_key_id
}

resource "alicloud_kvstore_instance" "this" {
  encryption_key = var.data_kms_key_id
}

resource "alicloud_redis_tair_instance" "this" {
  encryption_key = var.data_kms_key_id
}

resource "alicloud_nas_file_system" "this" {
  encrypt_type = 2
  kms_key_id   = var.data_kms_key_id
}

resource "alicloud_hbr_vault" "this" {
  encrypt_type = "KMS"
  kms_key_id   = var.data_kms_key_id
}

resource "alicloud_log_store" "this" {
  encrypt_conf {
    enable       = true
    encrypt_type = "m4" # 国密 SM4；default 为 AES
    user_cmk_info {
      cmk_key_id = var.data_kms_key_id
      arn        = var.log_role_arn
      region_id  = var.data_key_region
    }
  }
}

variable "log_role_arn" {
  description = "Role that Simple Log Service takes on to use the key"
  type        = string
  default     = "acs:ram::1234567890123456:role/aliyunlogdefaultrole"
}

variable "data_key_region" {
  description = "Region of the data and the key"
  type        = string
  default     = "cn-beijing"
}
