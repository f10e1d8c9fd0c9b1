variable "name" {
  description = "Name of the replica."
  type        = string
}

variable "source_arn" {
  description = "Database that is copied."
  type        = string
}

variable "instance_class" {
  description = "Class of the replica."
  type        = string
}

variable "max_storage_gb" {
  description = "Size to which the storage may grow, as that of the source."
  type        = number
}

variable "vpc_id" {
  description = "Network of the replica."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of the data tier, one in each zone."
  type        = list(string)
}

variable "app_networks" {
  description = "Networks of the servers."
  type        = list(string)
}

variable "kms_key_arn" {
  description = "Key of this region that encrypts storage and backups."
  type        = string
}

variable "log_key_arn" {
  description = "Key that encrypts the logs."
  type        = string
}

variable "log_days" {
  description = "Days for which the logs are kept."
  type        = number
}

variable "backup_days" {
  description = "Days for which backups are kept, at most 35."
  type        = number
}
