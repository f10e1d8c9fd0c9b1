# 自建堡垒机不带公网地址；更好的做法是改用 Session Manager。
resource "aws_instance" "this" {
  associate_public_ip_address = false
}
