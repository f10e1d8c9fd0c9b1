variable "name" {
  type = string
}

variable "region" {
  type = string
}

variable "stores" {
  type = map(object({
    retention_days = optional(number, 180)
    shards         = optional(number, 2)
    encrypted      = optional(bool, true)
  }))
}

variable "kms_key_id" {
  type = string
}

variable "kms_role_arn" {
  type = string
}

variable "national_crypto" {
  type    = bool
  default = false
}

variable "tags" {
  type    = map(string)
  default = {}
}
