variable "name" {
  description = "Prefix of the names."
  type        = string
}

variable "region" {
  description = "Region of the balancer."
  type        = string
}

variable "short_region" {
  description = "Short name of the region, such as sh."
  type        = string
}

variable "zones" {
  description = "Zones of the balancer: the first holds the primary, the second the standby."
  type        = list(string)
}

variable "vpc_id" {
  description = "Network of the servers."
  type        = string
}

variable "security_group_id" {
  description = "Who reaches the balancer."
  type        = string
}

variable "logset_id" {
  description = "Log set of the access log."
  type        = string
}

variable "topic_id" {
  description = "Log topic of the access log."
  type        = string
}

variable "domain" {
  description = "Domain name of the site."
  type        = string
}

variable "certificate_id" {
  description = "Server certificate of the site."
  type        = string
}

variable "bandwidth_mbps" {
  description = "Highest outbound bandwidth in Mbit/s."
  type        = number
  default     = 200
}

variable "server_ids" {
  description = "Servers that requests go to."
  type        = list(string)
}

variable "tags" {
  description = "Tags of everything."
  type        = map(string)
}
