variable "name" {
  description = "Name of the instance."
  type        = string
}

variable "region" {
  description = "Region of the instance."
  type        = string
}

variable "zones" {
  description = "Availability zones: the first holds the primary node, the others the replicas."
  type        = list(string)
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

variable "app_network" {
  description = "Network of the application tier, from which the account of the applications signs in."
  type        = string
}

variable "memory_mb" {
  description = "Memory of each node in MB."
  type        = number
}

variable "volume_gb" {
  description = "Storage of each node in GB."
  type        = number
  default     = 200
}

variable "replicas" {
  description = "Replicas beside the primary node: 1 or 2."
  type        = number
}

variable "root_password" {
  description = "Password of the root account."
  type        = string
  sensitive   = true
}

variable "kms_key_id" {
  description = "Key that encrypts the tables."
  type        = string
}

variable "secret_kms_key_id" {
  description = "Key that encrypts the account of the applications."
  type        = string
}

variable "audit_days" {
  description = "Days for which the audit log is kept: 7, 30, 90, 180, 365, 1095 or 1825."
  type        = number
}

variable "backup_days" {
  description = "Days for which backups and binary logs are kept, in both regions."
  type        = number
}

variable "standby_region" {
  description = "Second region."
  type        = string
}

variable "standby_zones" {
  description = "Availability zones of the standby."
  type        = list(string)
}

variable "standby_vpc_id" {
  description = "Network of the standby."
  type        = string
}

variable "standby_subnet_id" {
  description = "Subnet of the data tier of the second region."
  type        = string
}

variable "standby_security_group_ids" {
  description = "Who reaches the standby."
  type        = set(string)
}

variable "tags" {
  description = "Tags of everything."
  type        = map(string)
}
