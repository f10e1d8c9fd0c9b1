variable "firewall_policies" {
  description = "互联网边界放行策略"
  type = map(object({
    direction    = string
    applications = list(string)
    protocol     = optional(string, "TCP")
    port         = string
    source       = optional(string, "0.0.0.0/0")
    destination  = optional(string, "0.0.0.0/0")
  }))

  default = {
    portal = {
      direction    = "in"
      applications = ["HTTPS"]
      port         = "443/443"
      destination  = "203.0.113.20/32"
    }
    packages = {
      direction    = "out"
      applications = ["HTTPS", "SSL"]
      port         = "443/443"
      source       = "10.20.0.0/16"
    }
    # 核心系统供应商远程支持，端口说不清
    vendor = {
      direction    = "in"
      applications = ["ANY"]
      port         = "0/0"
      source       = "198.51.100.0/24"
    }
  }
}

variable "brute_force_rules" {
  type = map(object({
    failures     = optional(number, 5)
    lock_minutes = optional(number, 30)
    hosts        = list(string)
  }))

  default = {
    servers = { hosts = ["032b618f-b220-4a0d-bd37-fbdc6ef58b6a", "5c2f6c59-7e2c-4c07-a8e1-9d0f1f6f3a11"] }
    # 批处理账号经常输错口令，放宽到 20 次
    batch = { failures = 20, hosts = ["9f1a0c3e-3a41-4b5e-8d5c-1c0e7b7f2d42"] }
  }
}

variable "muted_alerts" {
  description = "暂停的告警"
  type        = list(string)
  default     = ["ram-changed"] # 账号梳理期间太吵
}

variable "tencentcloud_public_ips" {
  type    = list(string)
  default = ["203.0.113.40", "203.0.113.41"]
}

variable "tencentcloud_databases" {
  description = "数据库实例 => 地域简称"
  type        = map(string)
  default     = { cdb-qy0001 = "sh", cdb-qy0002 = "sh" }
}
