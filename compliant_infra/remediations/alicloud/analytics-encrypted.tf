# 云盘加密只能在创建时开启；密钥须与实例在同一地域。
resource "alicloud_gpdb_instance" "this" {
  encryption_type = "CloudDisk"
  encryption_key  = var.analytics_kms_key_id
}

resource "alicloud_click_house_db_cluster" "this" {
  encryption_type = "CloudDisk"
  encryption_key  = var.analytics_kms_key_id
}

resource "alicloud_adb_db_cluster" "this" {
  disk_encryption = true
  kms_id          = var.analytics_kms_key_id
}

resource "alicloud_adb_db_cluster_lake_version" "this" {
  disk_encryption = true
  kms_id          = var.analytics_kms_key_id
}

resource "alicloud_elasticsearch_instance" "this" {
  data_node_configuration {
    spec            = var.elasticsearch_data_node_spec # 保留原有的规格与数量
    disk_encryption = true
  }
  warm_node_configuration {
    spec            = var.elasticsearch_data_node_spec
    disk_encryption = true
  }
}

resource "alicloud_alikafka_instance" "this" {
  kms_key_id = var.analytics_kms_key_id
}

resource "alicloud_maxcompute_project" "this" {
  properties {
    encryption {
      enable    = true
      algorithm = "AES256"
    }
  }
}

variable "analytics_kms_key_id" {
  description = "Key in the region of the instance"
  type        = string
  default     = "key-hzz0123456789abcdef"
}

variable "elasticsearch_data_node_spec" {
  description = "Specification of the data nodes"
  type        = string
  default     = "elasticsearch.sn2ne.large"
}
