# 主备节点位于不同可用区；专有网络内的实例须为各可用区指定交换机
resource "alicloud_db_instance" "this" {
  category        = "HighAvailability"
  zone_id         = var.db_zone
  zone_id_slave_a = var.db_standby_zone
}

resource "alicloud_kvstore_instance" "this" {
  secondary_zone_id = var.db_standby_zone
}

resource "alicloud_redis_tair_instance" "this" {
  node_type         = "MASTER_SLAVE"
  secondary_zone_id = var.db_standby_zone
}

resource "alicloud_mongodb_instance" "this" {
  replication_factor = 3
  zone_id            = var.db_zone
  secondary_zone_id  = var.db_standby_zone
  hidden_zone_id     = var.db_hidden_zone
}

resource "alicloud_mongodb_sharding_instance" "this" {
  secondary_zone_id = var.db_standby_zone
  hidden_zone_id    = var.db_hidden_zone
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

variable "db_zone" {
  description = "Zone of the primary node, that of its switch"
  type        = string
  default     = "cn-hangzhou-h"
}

variable "db_standby_zone" {
  description = "Another zone, for the standby node"
  type        = string
  default     = "cn-hangzhou-i"
}

variable "db_hidden_zone" {
  description = "A third zone, for the hidden node"
  type        = string
  default     = "cn-hangzhou-g"
}
