variable "name" {
  type = string
}

variable "cidr_block" {
  type = string
}

variable "subnets" {
  type = map(object({
    zone    = string
    netnum  = number
    newbits = optional(number, 4)
    tier    = optional(string, "app")
  }))
}

variable "tiers" {
  description = "安全组及其入方向规则"
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
  default = {}
}

variable "flow_log_bucket_arn" {
  type    = string
  default = null
}
