# 接入 VPC，出网走 NAT 网关与防火墙；触发器要求签名。
resource "alicloud_fcv3_function" "this" {
  internet_access = false
  vpc_config {
    vpc_id            = var.function_vpc_id
    vswitch_ids       = var.function_vswitch_ids
    security_group_id = var.function_security_group_id
  }
}

resource "alicloud_fcv3_trigger" "this" {
  trigger_config = jsonencode({ authType = "function", methods = ["GET", "POST"] })
}

resource "alicloud_fc_service" "this" {
  internet_access = false
  vpc_config {
    vswitch_ids       = var.function_vswitch_ids
    security_group_id = var.function_security_group_id
  }
}

resource "alicloud_fc_trigger" "this" {
  config = jsonencode({ authType = "function", methods = ["GET", "POST"] })
}

variable "function_vpc_id" {
  description = "VPC that the function runs in"
  type        = string
  default     = "vpc-bp1"
}

variable "function_vswitch_ids" {
  description = "Switches for the function, in two zones"
  type        = list(string)
  default     = ["vsw-bp1", "vsw-bp2"]
}

variable "function_security_group_id" {
  description = "Security group of the function"
  type        = string
  default     = "sg-bp1"
}
