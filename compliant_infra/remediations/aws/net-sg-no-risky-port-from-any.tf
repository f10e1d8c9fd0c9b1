# 管理与数据库端口只对需要的来源开放；管理经会话管理器或堡垒机进行。
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

# 默认安全组不放行任何流量，资源使用各自的安全组。
resource "aws_default_security_group" "this" {
  dynamic "ingress" {
    for_each = []
    content {}
  }
}

resource "aws_security_group_rule" "this" {
  ipv6_cidr_blocks = null
  prefix_list_ids  = null
  cidr_blocks      = var.allowed_cidrs
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  cidr_ipv6      = null
  prefix_list_id = null
  cidr_ipv4      = var.allowed_cidrs[0]
}

variable "allowed_cidrs" {
  description = "Networks of your own that may reach the members of the security groups"
  type        = list(string)
  default     = ["10.0.16.0/20"]
}

variable "rule_purpose" {
  description = "What the rule of the security group is for"
  type        = string
  default     = "PostgreSQL from the application subnets"
}

variable "service_port" {
  description = "Port of the service to which the rule lets in"
  type        = number
  default     = 5432
}
