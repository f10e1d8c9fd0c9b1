# 账号名创建后不能修改：先建新账号并迁移应用，再删除默认账号。
resource "alicloud_rds_account" "this" {
  account_name = "app_owner"
}

resource "alicloud_polardb_account" "this" {
  account_name = "app_owner"
}

resource "alicloud_mongodb_account" "this" {
  account_name = "app_owner"
}

resource "alicloud_adb_account" "this" {
  account_name = "app_owner"
}

resource "alicloud_gpdb_account" "this" {
  account_name = "app_owner"
}

resource "alicloud_kvstore_account" "this" {
  account_name = "app_owner"
}

resource "alicloud_click_house_account" "this" {
  account_name = "app_owner"
}

resource "alicloud_db_account" "this" {
  name = "app_owner"
}
