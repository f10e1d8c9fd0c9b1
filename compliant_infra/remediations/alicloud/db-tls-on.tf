# 先让客户端装好证书，再强制加密；PostgreSQL 与 MariaDB 不设 force_encryption。
resource "alicloud_db_instance" "this" {
  ssl_action       = "Open"
  force_encryption = 1
}

resource "alicloud_db_readonly_instance" "this" {
  ssl_enabled = 1
}

resource "alicloud_polardb_primary_endpoint" "this" {
  ssl_enabled     = "Enable"
  ssl_auto_rotate = "Enable"
}

# 接管集群自带的主地址并启用 TLS；集群地址（alicloud_polardb_cluster_endpoint）同理。
resource "alicloud_polardb_primary_endpoint" "tls" {
  db_cluster_id   = alicloud_polardb_cluster.this.id
  ssl_enabled     = "Enable"
  ssl_auto_rotate = "Enable"
}

resource "alicloud_kvstore_instance" "this" {
  ssl_enable = "Enable"
}

resource "alicloud_redis_tair_instance" "this" {
  ssl_enabled = "Enable"
}

resource "alicloud_mongodb_sharding_instance" "this" {
  ssl_action = "Open"
}

resource "alicloud_adb_cluster" "this" {
  enable_ssl = true
}

resource "alicloud_dts_synchronization_job" "this" {
  source_endpoint_ssl      = "1"
  destination_endpoint_ssl = "1"
}
