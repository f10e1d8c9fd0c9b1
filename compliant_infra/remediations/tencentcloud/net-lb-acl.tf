# 只允许需要的来源访问；面向公众的负载均衡请改为加标签 purpose = "public-entry"。
resource "tencentcloud_clb_instance" "this" {
  security_groups = [tencentcloud_security_group.clb.id]
}

resource "tencentcloud_security_group" "clb" {
  name        = "clb"
  description = "负载均衡客户端"
}

resource "tencentcloud_security_group_rule_set" "clb" {
  security_group_id = tencentcloud_security_group.clb.id

  ingress {
    action      = "ACCEPT"
    cidr_block  = var.client_cidr
    protocol    = "TCP"
    port        = "443"
    description = "客户端访问 HTTPS"
  }
}

variable "client_cidr" {
  description = "Network of the clients of the load balancer"
  type        = string
  default     = "10.0.0.0/16"
}
