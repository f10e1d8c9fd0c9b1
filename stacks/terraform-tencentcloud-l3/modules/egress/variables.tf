variable "name" {
  description = "Prefix of the names."
  type        = string
}

variable "zones" {
  description = "Availability zones; the firewall stands in the first two."
  type        = list(string)
}

variable "vpc_id" {
  description = "Network of the servers."
  type        = string
}

variable "app_network" {
  description = "Network of the application tier in CIDR notation."
  type        = string
}

variable "app_subnet_ids" {
  description = "Subnets of the application tier, whose way out passes the firewall."
  type        = list(string)
}

variable "app_route_table_id" {
  description = "Route table of the application tier."
  type        = string
}

variable "edge_subnet_id" {
  description = "Subnet in which the firewall of the edge reaches the entry."
  type        = string
}

variable "entry_addresses" {
  description = "Public addresses of the entries by their names."
  type        = map(string)
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
}
