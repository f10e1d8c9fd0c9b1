# 纳管 VPC 的默认安全组：不写 ingress 与 egress，即清空其中的规则。
resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.this.id
}
