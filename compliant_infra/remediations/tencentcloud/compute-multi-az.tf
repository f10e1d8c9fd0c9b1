variable "network_id" {
  description = "VPC of the system"
  type        = string
  default     = "vpc-0example"
}

# 每个可用区一个子网
resource "tencentcloud_subnet" "zone_6" {
  name              = "zone-6"
  vpc_id            = var.network_id
  cidr_block        = "10.0.101.0/24"
  availability_zone = "ap-guangzhou-6"
}

resource "tencentcloud_subnet" "zone_7" {
  name              = "zone-7"
  vpc_id            = var.network_id
  cidr_block        = "10.0.102.0/24"
  availability_zone = "ap-guangzhou-7"
}

resource "tencentcloud_as_scaling_group" "this" {
  subnet_ids               = [tencentcloud_subnet.zone_6.id, tencentcloud_subnet.zone_7.id]
  multi_zone_subnet_policy = "EQUALITY"
}

resource "tencentcloud_kubernetes_node_pool" "this" {
  subnet_ids               = [tencentcloud_subnet.zone_6.id, tencentcloud_subnet.zone_7.id]
  multi_zone_subnet_policy = "EQUALITY"
}
