# 实例不直接接公网：入站经负载均衡，出站经 NAT 网关。
resource "aws_instance" "this" {
  associate_public_ip_address = false
}

resource "aws_launch_template" "this" {
  network_interfaces {
    associate_public_ip_address = false # 保留原有的其他参数
  }
}

# 地址改用于 NAT 网关（aws_nat_gateway 的 allocation_id）
resource "aws_eip" "this" {
  instance = null
}

removed {
  from = aws_eip_association.this
  lifecycle {
    destroy = true
  }
}

# 面向互联网的入口保留公网地址，另加标签 purpose = "public-entry"。
resource "aws_lb" "this" {
  internal = true
}

resource "aws_alb" "this" {
  internal = true
}
