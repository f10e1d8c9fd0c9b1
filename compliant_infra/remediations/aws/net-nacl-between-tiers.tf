# An ACL of its own for each tier. The entries are those of a data tier: ports and networks as the system needs them;
# an entry tier lets in 443 and replies.
resource "aws_network_acl" "tier" {
  vpc_id     = aws_subnet.this.vpc_id
  subnet_ids = [aws_subnet.this.id]
  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    from_port  = var.database_port
    to_port    = var.database_port
    cidr_block = var.system_cidr
  }
  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    from_port  = 1024
    to_port    = 65535
    cidr_block = var.system_cidr
  }
}

variable "system_cidr" {
  description = "Network of the application"
  type        = string
  default     = "10.0.0.0/16"
}

variable "database_port" {
  description = "Port of the data tier"
  type        = number
  default     = 3306
}
