variable "region" {
  type    = string
  default = "ap-shanghai"
}

variable "app_id" {
  type = string
}

variable "keys" {
  type = map(object({
    description  = optional(string, "managed by terraform")
    pending_days = optional(number, 30)
  }))
}

variable "tiers" {
  type = map(object({
    description = string
    ingress = optional(list(object({
      action      = optional(string, "ACCEPT")
      protocol    = optional(string, "TCP")
      port        = string
      cidr_block  = string
      description = string
    })), [])
  }))
}

variable "mysql" {
  type = map(object({
    tls                  = optional(string, "ON")
    audit_days           = optional(number, 180)
    remote_backup_region = optional(string, "ap-chengdu")
    standby              = optional(bool, true)
  }))
}

variable "buckets" {
  type = map(object({
    https_only     = optional(bool, true)
    replica_region = optional(string, "ap-chengdu")
  }))
}

variable "log_topics" {
  type = map(object({
    days      = optional(number, 180)
    encrypted = optional(bool, true)
  }))
}

variable "mysql_root_password" {
  type      = string
  sensitive = true
}

variable "redis_password" {
  type      = string
  sensitive = true
}

variable "certificate_id" {
  type    = string
  default = "x5Qe3kD1"
}

# 联调时由发布系统传入 true
variable "debug_api_access" {
  type = bool
}

variable "namespaces" {
  description = "镜像命名空间"
  type = map(object({
    public    = optional(bool, false)
    immutable = optional(bool, true)
  }))
}

variable "cdn_domains" {
  type = map(object({
    area         = optional(string, "mainland")
    tls_versions = optional(list(string), ["TLSv1.2", "TLSv1.3"])
  }))
}

variable "vpn_psk" {
  type      = string
  sensitive = true
}
