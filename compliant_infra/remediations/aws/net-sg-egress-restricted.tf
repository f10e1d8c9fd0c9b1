# 出方向只放行业务需要的目的地与端口：缩小目的地，或缩小端口。
resource "aws_security_group" "this" {
  egress {
    description      = "HTTPS to the own networks"
    protocol         = "tcp"
    from_port        = 443
    to_port          = 443
    ipv6_cidr_blocks = null
    cidr_blocks      = var.outbound_cidrs
  }
}

resource "aws_default_security_group" "this" {
  egress {
    description      = "HTTPS to the own networks"
    protocol         = "tcp"
    from_port        = 443
    to_port          = 443
    ipv6_cidr_blocks = null
    cidr_blocks      = var.outbound_cidrs
  }
}

resource "aws_security_group_rule" "this" {
  description      = "HTTPS to the own networks"
  protocol         = "tcp"
  from_port        = 443
  to_port          = 443
  ipv6_cidr_blocks = null
  cidr_blocks      = var.outbound_cidrs
}

resource "aws_vpc_security_group_egress_rule" "this" {
  description = "HTTPS to the own networks"
  ip_protocol = "tcp"
  from_port   = 443
  to_port     = 443
  cidr_ipv6   = null
  cidr_ipv4   = var.outbound_cidrs[0]
}

variable "outbound_cidrs" {
  description = "Networks that the members of the security groups have to reach"
  type        = list(string)
  default     = ["10.0.0.0/16"]
}
