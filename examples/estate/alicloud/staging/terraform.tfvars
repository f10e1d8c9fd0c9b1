environment = "staging"

rules = {
  https  = { tier = "app", port_range = "443/443", cidr_ip = "0.0.0.0/0", description = "HTTPS" }
  ssh    = { tier = "app", port_range = "22/22", cidr_ip = "0.0.0.0/0", description = "外包人员登录" }
  mysql  = { tier = "data", port_range = "3306/3306", from_tier = "app", description = "应用到 MySQL" }
  egress = { tier = "app", direction = "egress", port_range = "443/443", cidr_ip = "0.0.0.0/0", description = "HTTPS 出口" }
}

data_acl = [
  { name = "mysql", port = "3306/3306", source_cidr_ip = "10.60.0.0/16" },
]

database = {
  allow_list            = ["10.60.0.0/19", "0.0.0.0/0"]
  deletion_protection   = false
  backup_retention_days = 3
  account = {
    name     = "core_app"
    password = "Qy-Staging#2026"
  }
}

buckets = {
  uploads = {}
  assets  = { acl = "public-read", block_public_access = false }
}
