# 接入 VPC，出网走 NAT 网关与防火墙；触发器要求签名。
resource "alicloud_fcv3_function" "this" {
  internet_access = false
  vpc_config {
    vpc_id            = "vpc-bp1"
    vswitch_ids       = ["vsw-bp1", "vsw-bp2"]
    security_group_id = "sg-bp1"
  }
}

resource "alicloud_fcv3_trigger" "this" {
  trigger_config = jsonencode({ authType = "function", methods = ["GET", "POST"] })
}

resource "alicloud_fc_service" "this" {
  internet_access = false
  vpc_config {
    vswitch_ids       = ["vsw-bp1", "vsw-bp2"]
    security_group_id = "sg-bp1"
  }
}

resource "alicloud_fc_trigger" "this" {
  config = jsonencode({ authType = "function", methods = ["GET", "POST"] })
}
