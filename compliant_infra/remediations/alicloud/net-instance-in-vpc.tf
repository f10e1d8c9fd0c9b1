# 放入自有专有网络的交换机；经典网络的实例须先迁移，换交换机通常要重建或做迁移可用区。
variable "private_vswitch_id" {
  description = "Switch of your own VPC that the instance moves to"
  type        = string
  default     = "vsw-bp1private0000000000"
}

resource "alicloud_instance" "this" {
  vswitch_id = var.private_vswitch_id
}

resource "alicloud_db_instance" "this" {
  vswitch_id = var.private_vswitch_id
}

resource "alicloud_mongodb_instance" "this" {
  network_type = "VPC"
  vswitch_id   = var.private_vswitch_id
}

resource "alicloud_kvstore_instance" "this" {
  vswitch_id = var.private_vswitch_id
}
