variable "name" {
  description = "Prefix of the names."
  type        = string
}

variable "account_id" {
  description = "Account that owns the network."
  type        = string
}

variable "region" {
  description = "Region of the network."
  type        = string
}

variable "cidr_block" {
  description = "Network, a /16."
  type        = string
}

variable "zones" {
  description = "Availability zones, two or three; every tier has a subnet in each."
  type        = list(string)
}

variable "log_key_arn" {
  description = "Key that encrypts the flow log."
  type        = string
}

variable "log_days" {
  description = "Days for which the flow log is kept."
  type        = number
}
