# 香港（ap-hongkong）不属于境内地域；地域和可用区变更后资源须重建
provider "tencentcloud" {
  region = "ap-guangzhou"
}

resource "tencentcloud_subnet" "this" {
  availability_zone = "ap-guangzhou-6"
}

resource "tencentcloud_mongodb_instance" "this" {
  available_zone = "ap-guangzhou-6"
}
