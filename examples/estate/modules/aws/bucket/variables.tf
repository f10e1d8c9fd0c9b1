variable "name" {
  type = string
}

variable "kms_key_arn" {
  type = string
}

variable "versioning" {
  type    = string
  default = "Enabled"
}

variable "restrict_public" {
  type    = bool
  default = true
}

variable "attach_policy" {
  type    = bool
  default = true
}

variable "readers" {
  description = "额外的授权语句"
  type = map(object({
    type        = optional(string, "AWS")
    identifiers = list(string)
    actions     = optional(list(string), ["s3:GetObject"])
  }))
  default = {}
}

variable "lock_days" {
  type    = number
  default = null
}

variable "expire_after_days" {
  type    = number
  default = null
}

variable "replica" {
  type = object({
    bucket_arn  = string
    kms_key_arn = string
    role_arn    = string
  })
  default = null
}
