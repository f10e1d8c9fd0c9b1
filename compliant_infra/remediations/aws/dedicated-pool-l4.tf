resource "aws_ec2_host" "own" {
  availability_zone = "cn-north-1a"
  instance_family   = "m5"
}

resource "aws_instance" "this" {
  tenancy = "host"
  host_id = aws_ec2_host.own.id
}
