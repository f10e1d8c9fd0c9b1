# 接入 VPC，出网走 NAT 网关与防火墙；触发器要求 CAM 鉴权。
resource "tencentcloud_scf_function" "this" {
  vpc_id            = "vpc-q1of50wz"
  subnet_id         = "subnet-7uhvm46o"
  enable_public_net = false
  triggers {
    name         = "url"
    type         = "http"
    trigger_desc = jsonencode({ AuthType = "CAM", NetConfig = { EnableIntranet = true, EnableExtranet = false } })
  }
}

resource "tencentcloud_scf_trigger" "this" {
  trigger_desc = jsonencode({ AuthType = "CAM", NetConfig = { EnableIntranet = true, EnableExtranet = false } })
}

resource "tencentcloud_scf_trigger_config" "this" {
  trigger_desc = jsonencode({ AuthType = "CAM", NetConfig = { EnableIntranet = true, EnableExtranet = false } })
}
