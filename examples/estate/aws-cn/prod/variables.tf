variable "keys" {
  type = map(object({
    rotation                = optional(bool, true)
    deletion_window_in_days = optional(number, 30)
  }))
}

variable "tiers" {
  type = map(object({
    ingress = optional(map(object({
      protocol    = optional(string, "tcp")
      port        = optional(number)
      cidr        = optional(string)
      from_tier   = optional(string)
      description = string
    })), {})
  }))
}

variable "data_acl" {
  type = map(object({
    number     = number
    egress     = optional(bool, false)
    protocol   = optional(string, "tcp")
    action     = optional(string, "allow")
    cidr_block = string
    from_port  = optional(number, 0)
    to_port    = optional(number, 0)
  }))
}

variable "databases" {
  type = map(object({
    encrypted  = optional(bool, true)
    public     = optional(bool, false)
    parameters = optional(map(string), {})
  }))
}

variable "buckets" {
  type = map(object({
    versioning        = optional(string, "Enabled")
    restrict_public   = optional(bool, true)
    expire_after_days = optional(number)
    readers = optional(map(object({
      type        = optional(string, "AWS")
      identifiers = list(string)
      actions     = optional(list(string), ["s3:GetObject"])
    })), {})
  }))
}

variable "roles" {
  type = map(object({
    principal = object({
      type        = optional(string, "Service")
      identifiers = list(string)
    })
    statements = optional(list(object({
      actions   = list(string)
      resources = list(string)
    })), [])
    managed_policies = optional(list(string), [])
  }))
}

variable "secrets" {
  type = map(object({
    own_key = optional(bool, true)
    rotated = optional(bool, true)
  }))
}

variable "log_groups" {
  description = "日志组 => 留存天数"
  type        = map(number)
}

variable "cache_token" {
  type      = string
  sensitive = true
}

variable "certificate_arn" {
  type = string
}

variable "repositories" {
  type = map(object({
    immutable = optional(bool, true)
    scan      = optional(bool, true)
  }))
}

variable "functions" {
  type = map(object({
    memory_mb = optional(number, 512)
    in_vpc    = optional(bool, true)
  }))
}

variable "routes" {
  description = "HTTP API 路由 => 认证方式"
  type = map(object({
    authorization = optional(string, "AWS_IAM")
  }))
}

variable "queues" {
  type = map(object({
    retention_seconds = optional(number, 345600)
  }))
}

variable "topics" {
  type = map(object({
    encrypted = optional(bool, true)
  }))
}

variable "endpoints" {
  description = "接口型终端节点 => 可用区"
  type        = map(list(string))
}
