# 备份、副本和同步的目的地一律为境内地域
resource "alicloud_rds_instance_cross_backup_policy" "this" {
  cross_backup_region = var.domestic_region
}

resource "alicloud_dts_synchronization_instance" "this" {
  destination_endpoint_region = var.domestic_region
}

resource "alicloud_polardb_backup_policy" "this" {
  data_level2_backup_another_region_region = var.domestic_region
  log_backup_another_region_region         = var.domestic_region
}

resource "alicloud_dbs_backup_plan" "this" {
  storage_region = var.domestic_region
}

# 恢复到境内另一地域
provider "alicloud" {
  alias  = "standby"
  region = "cn-beijing"
}

resource "alicloud_rds_ddr_instance" "this" {
  provider = alicloud.standby
}

variable "domestic_region" {
  description = "Region in mainland China that keeps the copies"
  type        = string
  default     = "cn-beijing"
}
