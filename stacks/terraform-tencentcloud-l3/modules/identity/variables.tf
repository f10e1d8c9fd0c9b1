variable "name" {
  description = "Prefix of the names."
  type        = string
}

variable "region" {
  description = "Region of bucket and secret."
  type        = string
}

variable "account_uin" {
  description = "UIN of the root account."
  type        = string
}

variable "app_id" {
  description = "APPID of the account."
  type        = string
}

variable "data_bucket" {
  description = "Full name of the bucket that the servers use."
  type        = string
}

variable "secret_name" {
  description = "Secret that the servers read."
  type        = string
}

variable "administrator_uins" {
  description = "CAM users who must sign in with a second factor."
  type        = list(string)
}

variable "members" {
  description = "CAM users by their duty: system, security and audit."
  type        = map(list(string))
}

variable "admin_networks" {
  description = "Networks from which administrators work."
  type        = list(string)
}

variable "tags" {
  description = "Tags of the role."
  type        = map(string)
}
