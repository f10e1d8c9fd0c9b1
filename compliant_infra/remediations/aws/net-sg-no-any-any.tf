# Name the protocol, the ports and the source: one rule for each use.
resource "aws_security_group" "this" {
  ingress {
    description      = "HTTPS from the VPC"
    protocol         = "tcp"
    from_port        = 443
    to_port          = 443
    ipv6_cidr_blocks = null
    cidr_blocks      = var.allowed_cidrs
  }
}

resource "aws_security_group_rule" "this" {
  description      = "HTTPS from the VPC"
  protocol         = "tcp"
  from_port        = 443
  to_port          = 443
  ipv6_cidr_blocks = null
  cidr_blocks      = var.allowed_cidrs
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  description = "HTTPS from the VPC"
  ip_protocol = "tcp"
  from_port   = 443
  to_port     = 443
  cidr_ipv6   = null
  cidr_ipv4   = var.allowed_cidrs[0]
}

variable "allowed_cidrs" {
  description = "Networks of your own that may reach the members of the security groups"
  type        = list(string)
  default     = ["10.0.0.0/16"]
}
