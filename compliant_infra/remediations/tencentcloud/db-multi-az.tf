# 主备节点位于不同可用区
resource "tencentcloud_mysql_instance" "this" {
  slave_deploy_mode = 1
  first_slave_zone  = var.standby_zone
}

# 可用区以编号表示：200003 为上海三区
resource "tencentcloud_redis_instance" "this" {
  replica_zone_ids = var.standby_zone_ids
}

resource "tencentcloud_postgresql_instance" "this" {
  db_node_set {
    role = "Standby"
    zone = var.standby_zone
  }
  db_node_set {
    role = "Primary"
    zone = "ap-shanghai-2" # 保留原有的可用区
  }
}

resource "tencentcloud_dcdb_db_instance" "this" {
  zones = var.database_zones
}

resource "tencentcloud_mongodb_sharding_instance" "this" {
  availability_zone_list = var.database_zones
}

resource "tencentcloud_cynosdb_cluster_v2" "this" {
  slave_zone = var.standby_zone
}

variable "standby_zone" {
  description = "Zone of the standby, another than that of the primary"
  type        = string
  default     = "ap-shanghai-3"
}

variable "standby_zone_ids" {
  description = "Numbers of the zones of the replicas, other than that of the primary"
  type        = list(number)
  default     = [200003]
}

variable "database_zones" {
  description = "Zones of the nodes: as many as there are nodes, not all the same"
  type        = list(string)
  default     = ["ap-shanghai-2", "ap-shanghai-3", "ap-shanghai-4"]
}
