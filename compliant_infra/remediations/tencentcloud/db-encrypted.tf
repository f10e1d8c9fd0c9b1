# 加密开启后不能关闭；密钥与地域换成自己的。
variable "db_key" {
  description = "Your own KMS key for databases: its ID and region"
  type        = object({ id = string, region = string })
  default = {
    id     = "00000000-0000-0000-0000-000000000000"
    region = "ap-guangzhou"
  }
}

resource "tencentcloud_mysql_instance_encryption_operation" "tde" {
  instance_id = tencentcloud_mysql_instance.this.id
  key_id      = var.db_key.id
  key_region  = var.db_key.region
}

resource "tencentcloud_postgresql_instance" "this" {
  need_support_tde = 1
  kms_key_id       = var.db_key.id
  kms_region       = var.db_key.region
}

resource "tencentcloud_cynosdb_cluster_transparent_encrypt" "tde" {
  cluster_id                = tencentcloud_cynosdb_cluster.this.id
  key_type                  = "custom"
  key_id                    = var.db_key.id
  key_region                = var.db_key.region
  is_open_global_encryption = true
}

resource "tencentcloud_mongodb_instance" "this" {
  data_encryption = "TDE"
}

resource "tencentcloud_sqlserver_instance_tde" "tde" {
  instance_id             = tencentcloud_sqlserver_instance.this.id
  certificate_attribution = "self"
}
