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

variable "access_log" {
  description = "存放访问日志的存储桶，须在同一区域"
  type        = object({ bucket = string })
  default     = null
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
