# 账号名创建后不能修改：先建新账号并迁移应用，再删除默认账号。
resource "tencentcloud_postgresql_instance" "this" {
  root_user = "app_owner"
}

resource "tencentcloud_mysql_account" "this" {
  name = "app_owner"
}

resource "tencentcloud_postgresql_account" "this" {
  user_name = "app_owner"
}

resource "tencentcloud_sqlserver_account" "this" {
  name = "app_owner"
}

resource "tencentcloud_cynosdb_account" "this" {
  account_name = "app_owner"
}

resource "tencentcloud_mariadb_account" "this" {
  user_name = "app_owner"
}

resource "tencentcloud_mongodb_instance_account" "this" {
  user_name = "app_owner"
}
