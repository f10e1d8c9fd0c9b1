# 备用实例建在境内另一地域，各项安全设置与主实例一致
provider "alicloud" {
  alias  = "standby"
  region = "cn-beijing"
}

resource "alicloud_rds_ddr_instance" "standby" {
  provider                = alicloud.standby
  source_region           = "cn-hangzhou" # 主实例所在地域
  source_db_instance_name = alicloud_db_instance.this.id
  restore_type            = "BackupTime"
  restore_time            = "2026-01-01T00:00:00Z"
  payment_type            = "PayAsYouGo"
  engine                  = alicloud_db_instance.this.engine
  engine_version          = alicloud_db_instance.this.engine_version
  instance_type           = alicloud_db_instance.this.instance_type
  instance_storage        = alicloud_db_instance.this.instance_storage
  ssl_action              = "Open"
}

resource "alicloud_rds_ddr_instance" "this" {
  provider = alicloud.standby
}

resource "alicloud_polardb_global_database_network" "global" {
  db_cluster_id = alicloud_polardb_cluster.this.id
}

resource "alicloud_polardb_cluster" "standby" {
  provider        = alicloud.standby
  creation_option = "CreateGdnStandby"
  gdn_id          = alicloud_polardb_global_database_network.global.id
  db_type         = alicloud_polardb_cluster.this.db_type
  db_version      = alicloud_polardb_cluster.this.db_version
  db_node_class   = alicloud_polardb_cluster.this.db_node_class

  hot_standby_cluster = "ON"
  tde_status          = "Enabled"
  encrypt_new_tables  = "ON"
  collector_status    = "Enable"
  deletion_lock       = 1
  tags = {
    data-class = "general" # 与主集群相同
    owner      = "ops"
  }
}

resource "alicloud_polardb_primary_endpoint" "standby" {
  provider        = alicloud.standby
  db_cluster_id   = alicloud_polardb_cluster.standby.id
  ssl_enabled     = "Enable"
  ssl_auto_rotate = "Enable"
}
