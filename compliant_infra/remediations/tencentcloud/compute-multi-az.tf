variable "network_id" {
  description = "VPC of the system"
  type        = string
  default     = "vpc-0example"
}

# 每个可用区一个子网
resource "tencentcloud_subnet" "zone_a" {
  name              = "zone-a"
  vpc_id            = var.network_id
  cidr_block        = var.zone_subnets.a.cidr
  availability_zone = var.zone_subnets.a.zone
}

resource "tencentcloud_subnet" "zone_b" {
  name              = "zone-b"
  vpc_id            = var.network_id
  cidr_block        = var.zone_subnets.b.cidr
  availability_zone = var.zone_subnets.b.zone
}

resource "tencentcloud_as_scaling_group" "this" {
  subnet_ids               = [tencentcloud_subnet.zone_a.id, tencentcloud_subnet.zone_b.id]
  multi_zone_subnet_policy = "EQUALITY"
}

resource "tencentcloud_kubernetes_node_pool" "this" {
  subnet_ids               = [tencentcloud_subnet.zone_a.id, tencentcloud_subnet.zone_b.id]
  multi_zone_subnet_policy = "EQUALITY"
}

variable "zone_subnets" {
  description = "A subnet in each of two zones, with addresses that are free in the VPC"
  type        = map(object({ zone = string, cidr = string }))
  default = {
    a = { zone = "ap-guangzhou-6", cidr = "10.0.101.0/24" }
    b = { zone = "ap-guangzhou-7", cidr = "10.0.102.0/24" }
  }
}
