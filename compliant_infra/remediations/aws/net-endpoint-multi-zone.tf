# One private subnet in each of two zones; addresses as the VPC has room.
variable "endpoint_vpc_id" {
  description = "VPC of the endpoints"
  type        = string
  default     = "vpc-0123456789abcdef0"
}

resource "aws_subnet" "endpoint_zones" {
  for_each          = var.endpoint_subnets
  vpc_id            = var.endpoint_vpc_id
  availability_zone = each.key
  cidr_block        = each.value
}

resource "aws_vpc_endpoint" "this" {
  subnet_ids = [for subnet in aws_subnet.endpoint_zones : subnet.id]
}

resource "aws_ec2_transit_gateway_vpc_attachment" "this" {
  subnet_ids = [for subnet in aws_subnet.endpoint_zones : subnet.id]
}

variable "endpoint_subnets" {
  description = "Private subnets by zone, with addresses that are free in the VPC"
  type        = map(string)
  default = {
    "cn-north-1a" = "10.0.211.0/26"
    "cn-north-1b" = "10.0.211.64/26"
  }
}
