variable "name" {
  type = string
}

variable "db_name" {
  type = string
}

variable "major_version" {
  type    = number
  default = 16
}

variable "instance_class" {
  type    = string
  default = "db.r6g.large"
}

variable "subnet_ids" {
  type = list(string)
}

variable "security_group_ids" {
  type = list(string)
}

variable "kms_key_arn" {
  type = string
}

variable "public" {
  type    = bool
  default = false
}

variable "multi_az" {
  type    = bool
  default = true
}

variable "encrypted" {
  type    = bool
  default = true
}

variable "deletion_protection" {
  type    = bool
  default = true
}

variable "backup_retention_days" {
  type    = number
  default = 14
}

variable "parameters" {
  type    = map(string)
  default = {}
}
