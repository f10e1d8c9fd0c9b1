# 灾备实例建在境内另一地域
provider "tencentcloud" {
  alias  = "standby"
  region = "ap-beijing"
}

resource "tencentcloud_mysql_dr_instance" "standby" {
  provider           = tencentcloud.standby
  instance_name      = "standby"
  master_instance_id = tencentcloud_mysql_instance.this.id
  master_region      = "ap-shanghai" # 主实例所在地域
  mem_size           = tencentcloud_mysql_instance.this.mem_size
  volume_size        = tencentcloud_mysql_instance.this.volume_size
}

resource "tencentcloud_mysql_dr_instance" "this" {
  provider = tencentcloud.standby
}
