# 专用宿主机
resource "tencentcloud_cdh_instance" "own" {
  availability_zone = var.host_zone
  host_type         = var.host_type
  charge_type       = "PREPAID"
  prepaid_period    = 12
}

resource "tencentcloud_instance" "this" {
  instance_charge_type = "CDHPAID"
  cdh_host_id          = tencentcloud_cdh_instance.own.id
  cdh_instance_type    = "CDH_10C10G"
}

variable "host_zone" {
  description = "Zone of the dedicated host"
  type        = string
  default     = "ap-guangzhou-6"
}

variable "host_type" {
  description = "Type of the dedicated host"
  type        = string
  default     = "HC20"
}
