# Only the ports of the service are open to everybody; administration comes from inside. Allowed sources are networks of
# your own, one entry each.
resource "aws_network_acl" "this" {
  ingress {
    rule_no         = 200
    action          = "allow"
    protocol        = "-1"
    from_port       = 0
    to_port         = 0
    ipv6_cidr_block = null
    cidr_block      = var.allowed_cidr
  }
}

resource "aws_default_network_acl" "this" {
  ingress {
    rule_no         = 100
    action          = "allow"
    protocol        = "-1"
    from_port       = 0
    to_port         = 0
    ipv6_cidr_block = null
    cidr_block      = var.allowed_cidr
  }
}

resource "aws_network_acl_rule" "this" {
  ipv6_cidr_block = null
  cidr_block      = var.allowed_cidr
}

variable "allowed_cidr" {
  description = "Network of your own from which administration and inner traffic come"
  type        = string
  default     = "10.0.0.0/16"
}
