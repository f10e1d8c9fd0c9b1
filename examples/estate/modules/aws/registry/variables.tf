variable "name" {
  type = string
}

variable "kms_key_arn" {
  type = string
}

variable "repositories" {
  type = map(object({
    immutable = optional(bool, true)
    scan      = optional(bool, true)
  }))
}
