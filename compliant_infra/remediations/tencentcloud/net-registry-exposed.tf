# 只在 VPC 内提供服务；并在引擎中开启鉴权。
resource "tencentcloud_tse_instance" "this" {
  enable_client_internet_access = false
  vpc_id                        = "vpc-4owdpnwr"
  subnet_id                     = "subnet-dwj7ipnc"
}
