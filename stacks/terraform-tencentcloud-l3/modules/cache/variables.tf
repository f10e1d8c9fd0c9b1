variable "name" {
  description = "Name of the instance."
  type        = string
}

variable "zone" {
  description = "Availability zone of the primary node."
  type        = string
}

variable "replica_zone_ids" {
  description = "Numbers of the zones of the replicas, one for each replica."
  type        = list(number)
}

variable "memory_mb" {
  description = "Memory in MB."
  type        = number
  default     = 4096
}

variable "vpc_id" {
  description = "Network of the instance."
  type        = string
}

variable "subnet_id" {
  description = "Subnet of the data tier."
  type        = string
}

variable "security_group_ids" {
  description = "Who reaches the instance."
  type        = set(string)
}

variable "password" {
  description = "Password of the instance, 8 to 16 characters."
  type        = string
  sensitive   = true
}

variable "tags" {
  description = "Tags of the instance."
  type        = map(string)
}
