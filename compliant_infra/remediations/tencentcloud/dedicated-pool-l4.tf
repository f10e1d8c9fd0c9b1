# 专用宿主机
resource "tencentcloud_cdh_instance" "own" {
  availability_zone = "ap-guangzhou-6"
  host_type         = "HC20"
  charge_type       = "PREPAID"
  prepaid_period    = 12
}

resource "tencentcloud_instance" "this" {
  instance_charge_type = "CDHPAID"
  cdh_host_id          = tencentcloud_cdh_instance.own.id
  cdh_instance_type    = "CDH_10C10G"
}
