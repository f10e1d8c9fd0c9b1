# 开启后在客户端要求 TLS 连接。
resource "tencentcloud_mysql_ssl" "tls" {
  instance_id = tencentcloud_mysql_instance.this.id
  status      = "ON"
}

resource "tencentcloud_mysql_ssl" "this" {
  status = "ON"
}

resource "tencentcloud_postgresql_instance_ssl_config" "tls" {
  db_instance_id = tencentcloud_postgresql_instance.this.id
  ssl_enabled    = true
}

resource "tencentcloud_redis_ssl" "tls" {
  instance_id = tencentcloud_redis_instance.this.id
  ssl_config  = "enabled"
}

resource "tencentcloud_redis_ssl" "this" {
  ssl_config = "enabled"
}

resource "tencentcloud_cynosdb_ssl" "tls" {
  cluster_id  = tencentcloud_cynosdb_cluster.this.id
  instance_id = tencentcloud_cynosdb_cluster.this.rw_group_instances[0].instance_id
  status      = "ON"
}
