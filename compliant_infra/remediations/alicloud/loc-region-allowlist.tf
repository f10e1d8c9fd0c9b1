# 香港（cn-hongkong）不属于境内地域；地域和可用区变更后资源须重建
provider "alicloud" {
  region = "cn-hangzhou"
}

resource "alicloud_vswitch" "this" {
  zone_id = "cn-hangzhou-h"
}

resource "alicloud_instance" "this" {
  availability_zone = "cn-hangzhou-h"
}
