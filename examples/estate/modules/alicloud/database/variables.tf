variable "name" {
  type = string
}

variable "instance_type" {
  type    = string
  default = "mysql.x2.large.2c"
}

variable "storage_gb" {
  type    = number
  default = 200
}

variable "vswitch_id" {
  type = string
}

variable "zone_id" {
  type = string
}

variable "standby_zone_id" {
  type = string
}

variable "allow_list" {
  description = "白名单网段"
  type        = list(string)
}

variable "security_group_ids" {
  type    = list(string)
  default = null
}

variable "kms_key_id" {
  type = string
}

variable "deletion_protection" {
  type    = bool
  default = true
}

variable "backup_retention_days" {
  type    = number
  default = 30
}

variable "cross_backup_region" {
  description = "异地备份地域"
  type        = string
  default     = null
}

variable "parameters" {
  type    = map(string)
  default = {}
}

variable "databases" {
  type = map(object({
    character_set = optional(string, "utf8mb4")
    description   = optional(string)
  }))
  default = {}
}

variable "account" {
  type = object({
    name     = string
    password = string
  })
}

variable "tags" {
  type    = map(string)
  default = {}
}
