# 镜像只复制到境内地域（4 为上海）
resource "tencentcloud_tcr_instance" "this" {
  replications {
    region_id = 4
  }
}

resource "tencentcloud_tcr_replication" "this" {
  destination_region_id = 4
}

resource "tencentcloud_tcr_manage_replication_operation" "this" {
  destination_region_id = 4
}

# 加密密钥与数据在同一地域
resource "tencentcloud_postgresql_instance" "this" {
  kms_region = "ap-guangzhou"
}

resource "tencentcloud_mongodb_instance" "this" {
  kms_region = "ap-guangzhou"
}

resource "tencentcloud_mongodb_instance_transparent_data_encryption" "this" {
  kms_region = "ap-guangzhou"
}

resource "tencentcloud_mysql_instance_encryption_operation" "this" {
  key_region = "ap-guangzhou"
}

resource "tencentcloud_cynosdb_cluster_transparent_encrypt" "this" {
  key_region = "ap-guangzhou"
}

resource "tencentcloud_sqlserver_db_instance_ssl_config" "this" {
  cmk_region = "ap-guangzhou"
}

resource "tencentcloud_kubernetes_encryption_protection" "this" {
  kms_configuration {
    key_id     = var.cluster_key_id
    kms_region = "ap-guangzhou"
  }
}

variable "cluster_key_id" {
  description = "密钥 ID，与集群同地域"
  type        = string
  default     = "00000000-0000-0000-0000-000000000000"
}

resource "tencentcloud_cls_topic" "this" {
  custom_kms_info {
    kms_key_id = var.log_key_id
    kms_region = "ap-guangzhou"
  }
}

variable "log_key_id" {
  description = "密钥 ID，与日志主题同地域"
  type        = string
  default     = "00000000-0000-0000-0000-000000000000"
}
