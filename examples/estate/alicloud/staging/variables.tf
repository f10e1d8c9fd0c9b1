variable "region" {
  type    = string
  default = "cn-hangzhou"
}

variable "environment" {
  type = string
}

variable "rules" {
  type = map(object({
    tier        = string
    direction   = optional(string, "ingress")
    protocol    = optional(string, "tcp")
    port_range  = string
    cidr_ip     = optional(string)
    from_tier   = optional(string)
    priority    = optional(number, 10)
    description = string
  }))
}

variable "data_acl" {
  type = list(object({
    name           = string
    policy         = optional(string, "accept")
    protocol       = optional(string, "tcp")
    port           = string
    source_cidr_ip = string
  }))
}

variable "database" {
  type = object({
    allow_list            = list(string)
    deletion_protection   = optional(bool, true)
    backup_retention_days = optional(number, 7)
    account = object({
      name     = string
      password = string
    })
  })
}

variable "buckets" {
  type = map(object({
    acl                 = optional(string, "private")
    block_public_access = optional(bool, true)
  }))
}

variable "cache_password" {
  type      = string
  sensitive = true
}

# 灾备地域的密钥由另一个仓库创建
variable "dr_key_id" {
  type    = string
  default = "key-zjk65f0c1a2b3c4d5e6f7"
}
