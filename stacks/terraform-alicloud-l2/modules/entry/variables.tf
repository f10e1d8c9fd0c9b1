variable "name" {
  description = "First part of the names."
  type        = string
}

variable "vpc_id" {
  description = "VPC of the load balancer."
  type        = string
}

variable "zones" {
  description = "Zones of the load balancer."
  type        = list(string)
}

variable "vswitch_ids" {
  description = "vSwitches of the public tier, one for each zone in the order of the zones."
  type        = list(string)
}

variable "security_group_id" {
  description = "Security group that filters what reaches the load balancer."
  type        = string
}

variable "certificate_id" {
  description = "TLS certificate in the certificate service."
  type        = string
}

variable "backend_port" {
  description = "Port on which the servers listen, with TLS."
  type        = number
}

variable "health_check_path" {
  description = "Path by which the servers are checked, over HTTPS."
  type        = string
}

variable "access_log" {
  description = "Log project and store that take the access logs."
  type        = object({ project = string, store = string })
}

variable "waf" {
  description = "SM2 in front of the entry: a domain in the account's WAF 3.0 instance, its SM2 certificate, and the entries of other regions that it goes on to. Without it WAF works inside the load balancer alone."
  type = object({
    instance_id        = string
    domain             = string
    sm2_certificate_id = string
    backup_backends    = optional(list(string), [])
  })
  default = null
}

variable "level" {
  description = "What the level asks for."
  type        = object({ number = number, entry_bandwidth_mbps = number })
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
}
