# Name the protocol, the ports and the source: one rule for each use.
resource "aws_security_group" "this" {
  ingress {
    description = "HTTPS from the VPC"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.0.0.0/16"]
  }
}

resource "aws_security_group_rule" "this" {
  description      = "HTTPS from the VPC"
  protocol         = "tcp"
  from_port        = 443
  to_port          = 443
  cidr_blocks      = ["10.0.0.0/16"]
  ipv6_cidr_blocks = null
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  description = "HTTPS from the VPC"
  ip_protocol = "tcp"
  from_port   = 443
  to_port     = 443
  cidr_ipv4   = "10.0.0.0/16"
  cidr_ipv6   = null
}
