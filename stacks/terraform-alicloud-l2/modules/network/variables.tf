variable "name" {
  description = "Name of the network, first part of the names in it."
  type        = string
}

variable "region" {
  description = "Region of the network."
  type        = string
}

variable "zones" {
  description = "Zones, two to four; every tier has a vSwitch in each."
  type        = list(string)

  validation {
    condition     = length(var.zones) >= 2 && length(var.zones) <= 4
    error_message = "Two to four zones are needed."
  }
}

variable "cidr_block" {
  description = "Private /16 block of the network."
  type        = string

  validation {
    condition     = can(cidrsubnet(var.cidr_block, 4, 15)) && endswith(var.cidr_block, "/16")
    error_message = "The block is a /16, for example 10.0.0.0/16."
  }
}

variable "application_port" {
  description = "Port on which the application tier listens, with TLS."
  type        = number
}

variable "data_ports" {
  description = "Ports on which the application tier reaches the data tier."
  type        = list(number)
}

variable "flow_log" {
  description = "Log project and store that take the flow logs."
  type        = object({ project = string, store = string })
}

variable "level" {
  description = "What the level asks for."
  type        = object({ number = number })
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
}
