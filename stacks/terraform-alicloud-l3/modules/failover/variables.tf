variable "name" {
  description = "First part of the names."
  type        = string
}

variable "domain" {
  description = "Domain of the system; its record points to the name that this module gives."
  type        = string
}

variable "primary" {
  description = "Name of the entry in the primary region."
  type        = string
}

variable "standby" {
  description = "Name of the entry in the standby region."
  type        = string
}

variable "health_check_path" {
  description = "Path by which the entries are checked, over HTTPS."
  type        = string
}

variable "contact_group" {
  description = "Contact group that is told when an entry is lost."
  type        = string
}
