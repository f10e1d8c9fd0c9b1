# 对公网只发布业务端口；运维与数据库端口经堡垒机或 VPN 访问。
resource "aws_lb_listener" "this" {
  port = 443
}

resource "aws_alb_listener" "this" {
  port = 443
}

resource "aws_elb" "this" {
  listener {
    lb_port           = 443
    lb_protocol       = "ssl"
    instance_port     = 443
    instance_protocol = "ssl"
  }
}
