variable "name" {
  description = "Prefix of the names, and value of the tag backup."
  type        = string
}

variable "account_id" {
  description = "Account that owns the backups."
  type        = string
}

variable "kms_key_arn" {
  description = "Key of the vault."
  type        = string
}

variable "standby_kms_key_arn" {
  description = "Key of the vault in the other region."
  type        = string
}

variable "retention_days" {
  description = "Days for which backups are kept."
  type        = number
}
