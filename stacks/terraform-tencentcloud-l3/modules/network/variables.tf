variable "name" {
  description = "Prefix of the names."
  type        = string
}

variable "cidr_block" {
  description = "Network, a /16."
  type        = string
}

variable "zones" {
  description = "Availability zones; every tier has a subnet in each."
  type        = list(string)
}

variable "flow_log_topic_id" {
  description = "Log topic of the flow log, in the same region."
  type        = string
}

variable "tags" {
  description = "Tags of everything."
  type        = map(string)
}
