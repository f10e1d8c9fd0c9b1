variable "name" {
  description = "Prefix of the names."
  type        = string
}

variable "region" {
  description = "Region that is watched."
  type        = string
}

variable "account_id" {
  description = "Account that is watched."
  type        = string
}

variable "config_bucket" {
  description = "Bucket of the records of Config."
  type        = string
}

variable "kms_key_arn" {
  description = "Key that encrypts records and sessions."
  type        = string
}

variable "disk_key_arn" {
  description = "Key of disks that name none."
  type        = string
}

variable "log_days" {
  description = "Days for which the log of sessions is kept."
  type        = number
}

variable "records_global_objects" {
  description = "Whether users, roles and policies are recorded here: in one region."
  type        = bool
}
