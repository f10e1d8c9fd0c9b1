resource "aws_ec2_host" "own" {
  availability_zone = var.host_zone
  instance_family   = var.host_family
}

resource "aws_instance" "this" {
  tenancy = "host"
  host_id = aws_ec2_host.own.id
}

variable "host_zone" {
  description = "Zone of the dedicated host"
  type        = string
  default     = "cn-north-1a"
}

variable "host_family" {
  description = "Family of the instances on the dedicated host"
  type        = string
  default     = "m5"
}
