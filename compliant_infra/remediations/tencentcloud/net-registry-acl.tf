# 关闭公网访问，经 VPC 内网拉取。
resource "tencentcloud_tcr_instance" "this" {
  open_public_operation = false
}

resource "tencentcloud_tcr_namespace" "this" {
  is_public = false
}
