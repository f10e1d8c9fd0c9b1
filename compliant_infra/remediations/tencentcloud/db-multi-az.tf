# 主备节点位于不同可用区
resource "tencentcloud_mysql_instance" "this" {
  slave_deploy_mode = 1
  first_slave_zone  = "ap-shanghai-3"
}

# 可用区以编号表示：200003 为上海三区
resource "tencentcloud_redis_instance" "this" {
  replica_zone_ids = [200003]
}

resource "tencentcloud_postgresql_instance" "this" {
  db_node_set {
    role = "Primary"
    zone = "ap-shanghai-2"
  }
  db_node_set {
    role = "Standby"
    zone = "ap-shanghai-3"
  }
}

resource "tencentcloud_dcdb_db_instance" "this" {
  zones = ["ap-guangzhou-5", "ap-guangzhou-6"]
}

resource "tencentcloud_mongodb_sharding_instance" "this" {
  availability_zone_list = ["ap-guangzhou-3", "ap-guangzhou-4", "ap-guangzhou-6"]
}

resource "tencentcloud_cynosdb_cluster_v2" "this" {
  slave_zone = "ap-guangzhou-7"
}
