# 只允许需要的来源访问；面向公众的负载均衡请改为加标签 purpose = "public-entry"。
resource "aws_lb" "this" {
  security_groups = [aws_security_group.balancer.id]
}

resource "aws_elb" "this" {
  security_groups = [aws_security_group.balancer.id]
}

resource "aws_security_group" "balancer" {
  name_prefix = "balancer-"
  description = "Clients of the internal load balancer"

  ingress {
    description = "HTTPS from the clients"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = var.client_cidrs
  }
}

variable "client_cidrs" {
  description = "Networks of the clients of the load balancer"
  type        = list(string)
  default     = ["10.0.0.0/16"]
}
