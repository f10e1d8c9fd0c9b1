variable "region" {
  description = "Region of the bastion host."
  type        = string
}

variable "zone" {
  description = "Availability zone of the bastion host."
  type        = string
}

variable "vpc_id" {
  description = "Network that is administered."
  type        = string
}

variable "vpc_cidr_block" {
  description = "Network that is administered, in CIDR notation."
  type        = string
}

variable "subnet_id" {
  description = "Subnet of the bastion host."
  type        = string
}

variable "subnet_network" {
  description = "Subnet of the bastion host, in CIDR notation."
  type        = string
}

variable "admin_networks" {
  description = "Networks from which administrators sign in."
  type        = list(string)
}
