# 异地备份、同步的目的地一律为境内地域
resource "tencentcloud_mysql_remote_backup_config" "this" {
  remote_region = [var.second_region]
}

resource "tencentcloud_dts_sync_job" "this" {
  dst_region = var.second_region
}

# 灾备实例建在境内另一地域
provider "tencentcloud" {
  alias  = "standby"
  region = "ap-beijing"
}

resource "tencentcloud_mysql_dr_instance" "this" {
  provider = tencentcloud.standby
}

variable "second_region" {
  description = "Another region in mainland China"
  type        = string
  default     = "ap-shanghai"
}
