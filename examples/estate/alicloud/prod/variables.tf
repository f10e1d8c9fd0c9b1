variable "region" {
  type    = string
  default = "cn-hangzhou"
}

variable "dr_region" {
  type    = string
  default = "cn-beijing"
}

variable "account_id" {
  type = string
}

variable "databases" {
  description = "核心业务库"
  type = map(object({
    storage_gb          = optional(number, 500)
    cross_backup_region = optional(string, "cn-beijing")
    schemas             = map(object({ description = optional(string) }))
  }))
}

variable "caches" {
  type = map(object({
    class = optional(string, "tair.rdb.4g")
    audit = optional(bool, true)
  }))
}

variable "buckets" {
  type = map(object({
    versioning = optional(bool, true)
    replicated = optional(bool, true)
    readers    = optional(list(string), [])
  }))
}

variable "database_password" {
  description = "由流水线从 KMS 凭据管家注入"
  type        = string
  sensitive   = true
}

variable "cache_password" {
  type      = string
  sensitive = true
}

# 总部运维出口网段，由网络组在流水线里给出
variable "office_cidr" {
  type = string
}

variable "certificate_id" {
  type    = string
  default = "15430277-cn-hangzhou"
}

variable "enable_migration_host" {
  description = "数据迁移期间临时开启"
  type        = bool
}

variable "repositories" {
  type = map(object({
    namespace = string
    summary   = string
    immutable = optional(bool, true)
  }))
}

variable "cdn_domains" {
  description = "CDN 域名前缀"
  type = map(object({
    type        = optional(string, "web")
    scope       = optional(string, "domestic")
    force_https = optional(bool, true)
  }))
}

variable "cdn_certificate_id" {
  type    = string
  default = "15430912"
}

variable "vpn_psk" {
  description = "总部 VPN 预共享密钥，由流水线从 KMS 凭据管家注入"
  type        = string
  sensitive   = true
}
