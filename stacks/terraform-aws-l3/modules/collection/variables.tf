variable "name" {
  description = "Prefix of the names."
  type        = string
}

variable "region" {
  description = "Region whose log groups are collected."
  type        = string
}

variable "account_id" {
  description = "Account that owns them."
  type        = string
}

variable "bucket_arn" {
  description = "Bucket in the same region that they flow into."
  type        = string
}

variable "kms_key_arn" {
  description = "Key of bucket and stream."
  type        = string
}

variable "log_days" {
  description = "Days for which the log of the delivery is kept."
  type        = number
}

variable "left_out_groups" {
  description = "Log groups that are not collected."
  type        = list(string)
  default     = []
}
