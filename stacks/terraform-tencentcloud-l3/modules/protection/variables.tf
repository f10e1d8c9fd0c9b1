variable "name" {
  description = "Prefix of the names."
  type        = string
}

variable "servers" {
  description = "Servers for which licences are bought."
  type        = number
}

variable "tags" {
  description = "Tags of the licences."
  type        = map(string)
}
