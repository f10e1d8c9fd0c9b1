variable "name" {
  type = string
}

variable "kms_key_id" {
  type = string
}

variable "acl" {
  type    = string
  default = "private"
}

variable "block_public_access" {
  type    = bool
  default = true
}

variable "versioning" {
  type    = bool
  default = true
}

variable "worm_days" {
  description = "合规保留期（天）；设置后不再使用版本控制"
  type        = number
  default     = null
}

variable "expire_after_days" {
  type    = number
  default = null
}

variable "national_crypto" {
  description = "是否使用国密算法 SM4 加密对象"
  type        = bool
  default     = false
}

variable "readers" {
  description = "RAM 用户 ID，允许只读访问"
  type        = list(string)
  default     = []
}

variable "replica" {
  description = "异地副本"
  type = object({
    bucket     = string
    region     = string
    role       = string
    kms_key_id = string
  })
  default = null
}

variable "tags" {
  type    = map(string)
  default = {}
}
