# 云盘加密只能在创建时开启；密钥须与实例在同一地域。
resource "alicloud_gpdb_instance" "this" {
  encryption_type = "CloudDisk"
  encryption_key  = "key-hzz0123456789abcdef"
}

resource "alicloud_click_house_db_cluster" "this" {
  encryption_type = "CloudDisk"
  encryption_key  = "key-hzz0123456789abcdef"
}

resource "alicloud_adb_db_cluster" "this" {
  disk_encryption = true
  kms_id          = "key-hzz0123456789abcdef"
}

resource "alicloud_adb_db_cluster_lake_version" "this" {
  disk_encryption = true
  kms_id          = "key-hzz0123456789abcdef"
}

resource "alicloud_elasticsearch_instance" "this" {
  data_node_configuration {
    spec            = "elasticsearch.sn2ne.large" # 保留原有的规格与数量
    disk_encryption = true
  }
  warm_node_configuration {
    spec            = "elasticsearch.sn2ne.large"
    disk_encryption = true
  }
}

resource "alicloud_alikafka_instance" "this" {
  kms_key_id = "key-hzz0123456789abcdef"
}

resource "alicloud_maxcompute_project" "this" {
  properties {
    encryption {
      enable    = true
      algorithm = "AES256"
    }
  }
}
