# 在每个可用区的防火墙子网中放一个端点，并把出入流量路由到端点。
variable "firewall_subnet_ids" {
  description = "Subnets of the firewall, one in each zone"
  type        = list(string)
  default     = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
}

resource "aws_networkfirewall_firewall" "this" {
  subnet_mapping {
    subnet_id = var.firewall_subnet_ids[0]
  }

  subnet_mapping {
    subnet_id = var.firewall_subnet_ids[1]
  }
}
