variable "name" {
  description = "Name of the instance."
  type        = string
}

variable "instance_class" {
  description = "Class of the instance."
  type        = string
}

variable "storage_gb" {
  description = "Storage in GiB; it grows to five times as much."
  type        = number
  default     = 200
}

variable "vpc_id" {
  description = "Network of the instance."
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
  description = "Key that encrypts storage and backups."
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

variable "password" {
  description = "Password of the owner; it is sent to RDS and not kept in the state."
  type        = string
  sensitive   = true
}

variable "password_version" {
  description = "Raised by one with each new password."
  type        = number
}
