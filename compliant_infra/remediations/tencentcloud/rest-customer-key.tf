# 用同一地域内自建的密钥。
variable "data_key" {
  description = "Your own KMS key for data: its ID and region"
  type        = object({ id = string, region = string })
  default = {
    id     = "00000000-0000-0000-0000-000000000000"
    region = "ap-beijing"
  }
}

resource "tencentcloud_cbs_storage" "this" {
  kms_key_id = var.data_key.id
}

resource "tencentcloud_cos_bucket" "this" {
  encryption_algorithm = "KMS"
  kms_id               = var.data_key.id
}

resource "tencentcloud_postgresql_instance" "this" {
  kms_key_id = var.data_key.id
  kms_region = var.data_key.region
}

resource "tencentcloud_cynosdb_cluster_transparent_encrypt" "this" {
  key_type   = "custom"
  key_id     = var.data_key.id
  key_region = var.data_key.region
}

resource "tencentcloud_mysql_instance_encryption_operation" "this" {
  key_id     = var.data_key.id
  key_region = var.data_key.region
}
