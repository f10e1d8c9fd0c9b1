variable "name" {
  description = "Prefix of the names."
  type        = string
}

variable "account_id" {
  description = "Account that owns the servers."
  type        = string
}

variable "region" {
  description = "Region of the servers."
  type        = string
}

variable "vpc_id" {
  description = "Network of the servers."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of the servers, one in each zone."
  type        = list(string)
}

variable "data_networks" {
  description = "Networks of the data tier."
  type        = list(string)
}

variable "entry_group_id" {
  description = "Security group of the entry."
  type        = string
}

variable "target_group_arn" {
  description = "Target group that servers join."
  type        = string
}

variable "image_id" {
  description = "Hardened image, with the agents of Session Manager and Inspector."
  type        = string
}

variable "instance_type" {
  description = "Type of the servers."
  type        = string
}

variable "sizes" {
  description = "Smallest and largest number of servers."
  type        = list(number)
}

variable "kms_key_arn" {
  description = "Key that encrypts disks and objects."
  type        = string
}

variable "log_key_arn" {
  description = "Key that encrypts the log of sessions."
  type        = string
}

variable "session_log_group" {
  description = "Log group of the sessions of administrators."
  type        = string
}

variable "data_bucket" {
  description = "Bucket of the applications."
  type        = string
}

variable "database_user" {
  description = "Account with which programs sign in to the database."
  type        = string
}

variable "database_resources" {
  description = "Resource ids of the databases that they sign in to."
  type        = list(string)
}

variable "tags" {
  description = "Tags of what the group launches."
  type        = map(string)
}
