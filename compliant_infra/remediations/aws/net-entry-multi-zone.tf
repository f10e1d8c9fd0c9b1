# One subnet in each zone for the entry; addresses as the VPC has room. Level 4 asks for three zones.
variable "entry_vpc_id" {
  description = "VPC of the system"
  type        = string
  default     = "vpc-0123456789abcdef0"
}

variable "entry_subnets" {
  description = "Subnets of the entry by zone, with addresses that are free in the VPC"
  type        = map(string)
  default = {
    "cn-north-1a" = "10.0.201.0/24"
    "cn-north-1b" = "10.0.202.0/24"
    "cn-north-1d" = "10.0.203.0/24"
  }
}

resource "aws_subnet" "entry_zones" {
  for_each          = var.entry_subnets
  vpc_id            = var.entry_vpc_id
  availability_zone = each.key
  cidr_block        = each.value
}

resource "aws_lb" "this" {
  subnets = [for subnet in aws_subnet.entry_zones : subnet.id]
}

resource "aws_elb" "this" {
  subnets = [for subnet in aws_subnet.entry_zones : subnet.id]
}
