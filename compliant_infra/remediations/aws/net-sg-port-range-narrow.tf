# 每条规则只放行服务实际使用的端口，并写明用途。
resource "aws_security_group" "this" {
  ingress {
    description = "HTTPS from the VPC"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.0.0.0/16"]
  }
}

resource "aws_default_security_group" "this" {
  ingress {
    description = "HTTPS from the VPC"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.0.0.0/16"]
  }
}

resource "aws_security_group_rule" "this" {
  description = "HTTPS from the VPC"
  protocol    = "tcp"
  from_port   = 443
  to_port     = 443
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  description = "PostgreSQL from the application subnets"
}
