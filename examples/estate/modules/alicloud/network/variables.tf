variable "name" {
  type = string
}

variable "cidr_block" {
  type = string
}

variable "subnets" {
  description = "交换机：网段、可用区与所属层"
  type = map(object({
    cidr_block = string
    zone_id    = string
    tier       = optional(string, "app")
  }))
}

variable "rules" {
  description = "安全组规则"
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
  default = {}
}

variable "entry_ports" {
  description = "入口层子网向互联网发布的 TCP 端口"
  type        = list(number)
  default     = [80, 443]
}

variable "data_acl" {
  description = "数据层网络 ACL 的入方向条目，按顺序匹配"
  type = list(object({
    name           = string
    policy         = optional(string, "accept")
    protocol       = optional(string, "tcp")
    port           = string
    source_cidr_ip = string
  }))
  default = []
}

variable "nat_subnet" {
  description = "Key of the subnet that carries the NAT gateway, or null for none"
  type        = string
  default     = null
}

variable "flow_log" {
  type = object({
    project = string
    store   = string
  })
  default = null
}

variable "tags" {
  type    = map(string)
  default = {}
}
