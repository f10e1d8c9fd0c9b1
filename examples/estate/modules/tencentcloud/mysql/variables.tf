variable "name" {
  type = string
}

variable "region" {
  type = string
}

variable "zone" {
  type = string
}

variable "standby_zone" {
  type = string
}

variable "vpc_id" {
  type = string
}

variable "subnet_id" {
  type = string
}

variable "security_group_ids" {
  type = list(string)
}

variable "mem_size" {
  type    = number
  default = 8000
}

variable "volume_size" {
  type    = number
  default = 200
}

variable "root_password" {
  type      = string
  sensitive = true
}

variable "internet_service" {
  type    = number
  default = 0
}

variable "tls" {
  type    = string
  default = "ON"
}

variable "encrypted" {
  type    = bool
  default = true
}

variable "kms_key_id" {
  type    = string
  default = null
}

variable "audit_days" {
  description = "固定档位：7、30、90、180、365……"
  type        = number
  default     = 180
}

variable "backup_retention_days" {
  type    = number
  default = 15
}

variable "remote_backup_region" {
  type    = string
  default = null
}

variable "tags" {
  type    = map(string)
  default = {}
}
