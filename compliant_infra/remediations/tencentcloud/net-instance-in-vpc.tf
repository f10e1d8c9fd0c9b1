# 放入自有私有网络的子网；基础网络的实例须先迁移。
variable "private_network" {
  description = "VPC of the system and a private subnet in the zone of the instance"
  type        = object({ vpc_id = string, subnet_id = string })
  default = {
    vpc_id    = "vpc-private00"
    subnet_id = "subnet-private00"
  }
}

resource "tencentcloud_instance" "this" {
  vpc_id    = var.private_network.vpc_id
  subnet_id = var.private_network.subnet_id
}

resource "tencentcloud_redis_instance" "this" {
  vpc_id    = var.private_network.vpc_id
  subnet_id = var.private_network.subnet_id
}
