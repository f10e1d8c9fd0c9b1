# 数据存储移入专用子网：其中不放置公网入口，路由表不含指向公网的路由，绑定专用的网络 ACL。
variable "data_vpc_id" {
  description = "VPC of the system"
  type        = string
  default     = "vpc-of-the-system"
}

resource "tencentcloud_route_table" "data_tier" {
  name   = "data-tier"
  vpc_id = var.data_vpc_id
}

resource "tencentcloud_subnet" "data_tier" {
  name              = "data-tier"
  vpc_id            = var.data_vpc_id
  availability_zone = "ap-guangzhou-3"
  cidr_block        = "10.0.210.0/24"
  route_table_id    = tencentcloud_route_table.data_tier.id
}

resource "tencentcloud_vpc_acl" "data_tier" {
  name    = "data-tier"
  vpc_id  = var.data_vpc_id
  ingress = ["ACCEPT#10.0.0.0/16#3306#TCP", "DROP#0.0.0.0/0#ALL#ALL"]
  egress  = ["ACCEPT#10.0.0.0/16#1024-65535#TCP", "DROP#0.0.0.0/0#ALL#ALL"]
}

resource "tencentcloud_vpc_acl_attachment" "data_tier" {
  acl_id    = tencentcloud_vpc_acl.data_tier.id
  subnet_id = tencentcloud_subnet.data_tier.id
}

resource "tencentcloud_mysql_instance" "this" {
  subnet_id = tencentcloud_subnet.data_tier.id
}

resource "tencentcloud_postgresql_instance" "this" {
  subnet_id = tencentcloud_subnet.data_tier.id
}

resource "tencentcloud_redis_instance" "this" {
  subnet_id = tencentcloud_subnet.data_tier.id
}

# 跨可用区的集群在每个可用区各用一个专用子网
resource "tencentcloud_subnet" "data_tier_other_zone" {
  name              = "data-tier-other-zone"
  vpc_id            = var.data_vpc_id
  availability_zone = "ap-guangzhou-4"
  cidr_block        = "10.0.211.0/24"
  route_table_id    = tencentcloud_route_table.data_tier.id
}

resource "tencentcloud_vpc_acl_attachment" "data_tier_other_zone" {
  acl_id    = tencentcloud_vpc_acl.data_tier.id
  subnet_id = tencentcloud_subnet.data_tier_other_zone.id
}

resource "tencentcloud_elasticsearch_instance" "this" {
  multi_zone_infos {
    availability_zone = "ap-guangzhou-3"
    subnet_id         = tencentcloud_subnet.data_tier.id
  }
  multi_zone_infos {
    availability_zone = "ap-guangzhou-4"
    subnet_id         = tencentcloud_subnet.data_tier_other_zone.id
  }
}
