# Name the protocol, the ports and the source: one rule for each use.
resource "aws_security_group" "this" {
  ingress {
    description      = var.rule_purpose
    protocol         = "tcp"
    from_port        = var.service_port
    to_port          = var.service_port
    ipv6_cidr_blocks = null
    cidr_blocks      = var.allowed_cidrs
  }
}

resource "aws_security_group_rule" "this" {
  description      = var.rule_purpose
  protocol         = "tcp"
  from_port        = var.service_port
  to_port          = var.service_port
  ipv6_cidr_blocks = null
  cidr_blocks      = var.allowed_cidrs
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  description = var.rule_purpose
  ip_protocol = "tcp"
  from_port   = var.service_port
  to_port     = var.service_port
  cidr_ipv6   = null
  cidr_ipv4   = var.allowed_cidrs[0]
}

variable "allowed_cidrs" {
  description = "Networks of your own that may reach the members of the security groups"
  type        = list(string)
  default     = ["10.0.0.0/16"]
}

variable "rule_purpose" {
  description = "What the rule of the security group is for"
  type        = string
  default     = "HTTPS from the VPC"
}

variable "service_port" {
  description = "Port of the service to which the rule lets in"
  type        = number
  default     = 443
}
