variable "network_id" {
  description = "VPC of the system"
  type        = string
  default     = "vpc-0123456789abcdef0"
}

# One subnet in each zone.
resource "aws_subnet" "zone_a" {
  vpc_id            = var.network_id
  cidr_block        = var.zone_subnets.a.cidr
  availability_zone = var.zone_subnets.a.zone
}

resource "aws_subnet" "zone_b" {
  vpc_id            = var.network_id
  cidr_block        = var.zone_subnets.b.cidr
  availability_zone = var.zone_subnets.b.zone
}

resource "aws_autoscaling_group" "this" {
  vpc_zone_identifier = [aws_subnet.zone_a.id, aws_subnet.zone_b.id]
  availability_zones  = null
}

resource "aws_eks_node_group" "this" {
  subnet_ids = [aws_subnet.zone_a.id, aws_subnet.zone_b.id]
}

variable "zone_subnets" {
  description = "A subnet in each of two zones, with addresses that are free in the VPC"
  type        = map(object({ zone = string, cidr = string }))
  default = {
    a = { zone = "cn-north-1a", cidr = "10.0.101.0/24" }
    b = { zone = "cn-north-1b", cidr = "10.0.102.0/24" }
  }
}
