# 压测环境：terraform plan -var-file=loadtest.tfvars（登录只从堡垒机网段，其余沿用 terraform.tfvars）
environment = "loadtest"

rules = {
  https = { tier = "app", port_range = "443/443", cidr_ip = "10.0.0.0/8", description = "压测机" }
  ssh   = { tier = "app", port_range = "22/22", cidr_ip = "10.60.240.0/24", description = "堡垒机" }
  mysql = { tier = "data", port_range = "3306/3306", from_tier = "app", description = "应用到 MySQL" }
}
