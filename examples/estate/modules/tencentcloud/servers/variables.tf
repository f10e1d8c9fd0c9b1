variable "name" {
  type = string
}

variable "instances" {
  type    = number
  default = 2
}

variable "zones" {
  type = list(string)
}

variable "subnet_ids" {
  type = list(string)
}

variable "vpc_id" {
  type = string
}

variable "security_group_ids" {
  type = list(string)
}

variable "image_id" {
  type    = string
  default = "img-487zeit5"
}

variable "instance_type" {
  type    = string
  default = "S6.LARGE8"
}

variable "key_id" {
  type    = string
  default = "skey-qy2026ops"
}

variable "kms_key_id" {
  type = string
}

variable "data_disk_gb" {
  type    = number
  default = null
}

variable "encrypt_data" {
  type    = bool
  default = true
}

variable "snapshot_retention_days" {
  type    = number
  default = 14
}

variable "user_data" {
  type    = string
  default = null
}

variable "tags" {
  type    = map(string)
  default = {}
}
