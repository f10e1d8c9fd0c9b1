# 接入 VPC，出网走 NAT 网关与防火墙；触发器要求 CAM 鉴权。
resource "tencentcloud_scf_function" "this" {
  vpc_id            = var.function_network.vpc_id
  subnet_id         = var.function_network.subnet_id
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

variable "function_network" {
  description = "VPC and private subnet of the functions, with a route to what they call"
  type        = object({ vpc_id = string, subnet_id = string })
  default = {
    vpc_id    = "vpc-private00"
    subnet_id = "subnet-private00"
  }
}
