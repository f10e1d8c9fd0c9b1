variable "name" {
  description = "Prefix of the names."
  type        = string
}

variable "account_id" {
  description = "Account that people work in."
  type        = string
}

variable "admin_networks" {
  description = "Networks from which they work."
  type        = list(string)
}
