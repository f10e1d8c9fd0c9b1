variable "name" {
  description = "Prefix of the names."
  type        = string
}

variable "region" {
  description = "Region of the trail; it records all regions."
  type        = string
}

variable "account_id" {
  description = "Account that is recorded."
  type        = string
}

variable "bucket" {
  description = "Bucket of the records."
  type        = string
}

variable "kms_key_arn" {
  description = "Key that encrypts the records."
  type        = string
}

variable "log_days" {
  description = "Days for which the log group keeps them."
  type        = number
}

variable "alarm_addresses" {
  description = "Mail addresses that are told."
  type        = list(string)
}
