# 只在 VPC 内提供服务；并在引擎中开启鉴权。
resource "tencentcloud_tse_instance" "this" {
  enable_client_internet_access = false
  vpc_id                        = var.registry_network.vpc_id
  subnet_id                     = var.registry_network.subnet_id
}

variable "registry_network" {
  description = "VPC and private subnet of the service registry"
  type        = object({ vpc_id = string, subnet_id = string })
  default = {
    vpc_id    = "vpc-private00"
    subnet_id = "subnet-private00"
  }
}
