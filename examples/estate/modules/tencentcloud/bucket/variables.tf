variable "name" {
  type = string
}

variable "app_id" {
  description = "账号 APPID，存储桶全名的后缀"
  type        = string
}

variable "region" {
  type = string
}

variable "kms_key_id" {
  type = string
}

variable "acl" {
  type    = string
  default = "private"
}

variable "versioning" {
  type    = bool
  default = true
}

variable "https_only" {
  type    = bool
  default = true
}

variable "log_bucket" {
  description = "存放访问日志的存储桶全名，须在同一地域"
  type        = string
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
    region = string
    bucket = string
    role   = string
  })
  default = null
}

variable "tags" {
  type    = map(string)
  default = {}
}
