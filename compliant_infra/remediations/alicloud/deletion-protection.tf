# 实例释放后保留全部备份（仅 MySQL）
resource "alicloud_db_instance" "this" {
  deletion_protection  = true
  released_keep_policy = "All"
}

resource "alicloud_instance" "this" {
  deletion_protection = true
}

resource "alicloud_kvstore_instance" "this" {
  instance_release_protection = true
}

resource "alicloud_mongodb_instance" "this" {
  db_instance_release_protection = true
}

resource "alicloud_slb_load_balancer" "this" {
  delete_protection = "on"
}

resource "alicloud_nlb_load_balancer" "this" {
  deletion_protection_enabled = true
}

resource "alicloud_ess_scaling_group" "this" {
  group_deletion_protection = true
}
