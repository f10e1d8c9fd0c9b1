# 镜像只复制到境内地域（region_id：4 为上海）
resource "tencentcloud_tcr_instance" "this" {
  replications {
    region_id = var.replica_region_id
  }
}

resource "tencentcloud_tcr_replication" "this" {
  destination_region_id = var.replica_region_id
}

resource "tencentcloud_tcr_manage_replication_operation" "this" {
  destination_region_id = var.replica_region_id
}

# 加密密钥与数据在同一地域
resource "tencentcloud_postgresql_instance" "this" {
  kms_region = var.key_region
}

resource "tencentcloud_mongodb_instance" "this" {
  kms_region = var.key_region
}

resource "tencentcloud_mongodb_instance_transparent_data_encryption" "this" {
  kms_region = var.key_region
}

resource "tencentcloud_mysql_instance_encryption_operation" "this" {
  key_region = var.key_region
}

resource "tencentcloud_cynosdb_cluster_transparent_encrypt" "this" {
  key_region = var.key_region
}

resource "tencentcloud_sqlserver_db_instance_ssl_config" "this" {
  cmk_region = var.key_region
}

resource "tencentcloud_kubernetes_encryption_protection" "this" {
  kms_configuration {
    key_id     = var.cluster_key_id
    kms_region = var.key_region
  }
}

variable "cluster_key_id" {
  description = "ID of a KMS key in the region of the cluster"
  type        = string
  default     = "00000000-0000-0000-0000-000000000000"
}

resource "tencentcloud_cls_topic" "this" {
  custom_kms_info {
    kms_key_id = var.log_key_id
    kms_region = var.key_region
  }
}

variable "log_key_id" {
  description = "ID of a KMS key in the region of the topic"
  type        = string
  default     = "00000000-0000-0000-0000-000000000000"
}

variable "replica_region_id" {
  description = "Number of a region in mainland China for the copy of images (4 is Shanghai)"
  type        = number
  default     = 4
}

variable "key_region" {
  description = "Region of the data, in mainland China, in which the key lies"
  type        = string
  default     = "ap-guangzhou"
}
