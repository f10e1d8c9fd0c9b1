variable "name" {
  type = string
}

variable "instance_class" {
  description = "企业版（Tair）规格，支持 TDE"
  type        = string
  default     = "tair.rdb.4g"
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
  type = list(string)
}

variable "kms_key_id" {
  type = string
}

variable "password" {
  type      = string
  sensitive = true
}

variable "password_required" {
  type    = bool
  default = true
}

variable "audit" {
  type    = bool
  default = true
}

variable "tags" {
  type    = map(string)
  default = {}
}
