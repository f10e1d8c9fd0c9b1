variable "name" {
  type = string
}

variable "cidr_block" {
  type = string
}

variable "subnets" {
  type = map(object({
    cidr_block = string
    zone       = string
    tier       = optional(string, "app")
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

variable "data_acl_ingress" {
  description = "数据层子网 ACL：动作#网段#端口#协议"
  type        = list(string)
}

variable "tags" {
  type    = map(string)
  default = {}
}

variable "flow_log" {
  description = "流日志写入的日志主题，与网络同地域"
  type        = object({ topic_id = string })
  default     = null
}
