variable "network_id" {
  description = "VPC of the system"
  type        = string
  default     = "vpc-0123456789abcdef0"
}

# One subnet in each zone.
resource "aws_subnet" "zone_a" {
  vpc_id            = var.network_id
  cidr_block        = "10.0.101.0/24"
  availability_zone = "cn-north-1a"
}

resource "aws_subnet" "zone_b" {
  vpc_id            = var.network_id
  cidr_block        = "10.0.102.0/24"
  availability_zone = "cn-north-1b"
}

resource "aws_autoscaling_group" "this" {
  vpc_zone_identifier = [aws_subnet.zone_a.id, aws_subnet.zone_b.id]
  availability_zones  = null
}

resource "aws_eks_node_group" "this" {
  subnet_ids = [aws_subnet.zone_a.id, aws_subnet.zone_b.id]
}
