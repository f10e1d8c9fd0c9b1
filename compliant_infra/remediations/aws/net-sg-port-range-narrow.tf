# 每条规则只放行服务实际使用的端口，并写明用途。
resource "aws_security_group" "this" {
  ingress {
    description = var.rule_purpose
    protocol    = "tcp"
    from_port   = var.service_port
    to_port     = var.service_port
    cidr_blocks = var.allowed_cidrs
  }
}

resource "aws_default_security_group" "this" {
  ingress {
    description = var.rule_purpose
    protocol    = "tcp"
    from_port   = var.service_port
    to_port     = var.service_port
    cidr_blocks = var.allowed_cidrs
  }
}

resource "aws_security_group_rule" "this" {
  description = var.rule_purpose
  protocol    = "tcp"
  from_port   = var.service_port
  to_port     = var.service_port
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  description = var.rule_purpose
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
