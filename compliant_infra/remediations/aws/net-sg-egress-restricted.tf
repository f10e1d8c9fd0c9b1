# 出方向只放行业务需要的目的地：其余参数保留原样，也可以改为缩小端口范围。
resource "aws_security_group" "this" {
  egress {
    ipv6_cidr_blocks = null
    cidr_blocks      = var.outbound_cidrs
  }
}

resource "aws_default_security_group" "this" {
  egress {
    ipv6_cidr_blocks = null
    cidr_blocks      = var.outbound_cidrs
  }
}

resource "aws_security_group_rule" "this" {
  ipv6_cidr_blocks = null
  cidr_blocks      = var.outbound_cidrs
}

resource "aws_vpc_security_group_egress_rule" "this" {
  cidr_ipv6 = null
  cidr_ipv4 = var.outbound_cidrs[0]
}

variable "outbound_cidrs" {
  description = "Networks that the members of the security groups have to reach"
  type        = list(string)
  default     = ["10.0.0.0/16"]
}
