# 灾备实例建在境内另一地域
provider "tencentcloud" {
  alias  = "standby"
  region = "ap-beijing"
}

resource "tencentcloud_mysql_dr_instance" "standby" {
  provider           = tencentcloud.standby
  instance_name      = "${tencentcloud_mysql_instance.this.instance_name}-standby"
  master_instance_id = tencentcloud_mysql_instance.this.id
  master_region      = var.primary_region
  mem_size           = tencentcloud_mysql_instance.this.mem_size
  volume_size        = tencentcloud_mysql_instance.this.volume_size
}

resource "tencentcloud_mysql_dr_instance" "this" {
  provider = tencentcloud.standby
}

variable "primary_region" {
  description = "Region of the primary"
  type        = string
  default     = "ap-shanghai"
}
