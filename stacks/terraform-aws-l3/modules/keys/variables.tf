variable "name" {
  description = "First part of the aliases."
  type        = string
}

variable "region" {
  description = "Region of the keys."
  type        = string
}

variable "account_id" {
  description = "Account that owns the keys."
  type        = string
}
