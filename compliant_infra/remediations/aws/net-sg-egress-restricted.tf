# 出方向只放行业务需要的端口；内网目的地另写规则。
resource "aws_security_group" "this" {
  egress {
    description = "HTTPS"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_default_security_group" "this" {
  egress {
    description = "HTTPS"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group_rule" "this" {
  description = "HTTPS"
  protocol    = "tcp"
  from_port   = 443
  to_port     = 443
}

resource "aws_vpc_security_group_egress_rule" "this" {
  description = "HTTPS"
  ip_protocol = "tcp"
  from_port   = 443
  to_port     = 443
}
