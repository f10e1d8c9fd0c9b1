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
    cidr_block  = "10.0.0.0/16"
    protocol    = "TCP"
    port        = "443"
    description = "内网访问 HTTPS"
  }
}
