# An ACL of its own for each tier. The entries are those of a data tier: ports and networks as the system needs them;
# an entry tier lets in 443 and replies.
resource "aws_network_acl" "tier" {
  vpc_id     = aws_subnet.this.vpc_id
  subnet_ids = [aws_subnet.this.id]
  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    from_port  = 3306
    to_port    = 3306
    cidr_block = "10.0.0.0/16"
  }
  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    from_port  = 1024
    to_port    = 65535
    cidr_block = "10.0.0.0/16"
  }
}
