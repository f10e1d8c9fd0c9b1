# 主备节点位于不同可用区；专有网络内的实例须为各可用区指定交换机
resource "alicloud_db_instance" "this" {
  category        = "HighAvailability"
  zone_id         = "cn-hangzhou-h"
  zone_id_slave_a = "cn-hangzhou-i"
}

resource "alicloud_kvstore_instance" "this" {
  secondary_zone_id = "cn-hangzhou-i"
}

resource "alicloud_redis_tair_instance" "this" {
  node_type         = "MASTER_SLAVE"
  secondary_zone_id = "cn-hangzhou-i"
}

resource "alicloud_mongodb_instance" "this" {
  replication_factor = 3
  zone_id            = "cn-hangzhou-h"
  secondary_zone_id  = "cn-hangzhou-g"
  hidden_zone_id     = "cn-hangzhou-i"
}

resource "alicloud_mongodb_sharding_instance" "this" {
  secondary_zone_id = "cn-hangzhou-g"
  hidden_zone_id    = "cn-hangzhou-i"
}

resource "alicloud_polardb_cluster" "this" {
  hot_standby_cluster = "ON"
}

resource "alicloud_elasticsearch_instance" "this" {
  zone_count = 2
}

# 可用区创建后不能更改：新建实例并迁移数据。
resource "alicloud_hbase_instance" "this" {
  zone_id = "cn-hangzhou-MAZ5(b,c)"
}
