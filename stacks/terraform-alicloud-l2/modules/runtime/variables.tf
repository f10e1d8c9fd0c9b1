variable "name" {
  description = "First part of the names."
  type        = string
}

variable "account_id" {
  description = "Id of the account."
  type        = string
}

variable "region" {
  description = "Region of the log project."
  type        = string
}

variable "allowed_regions" {
  description = "Regions in which resources may lie."
  type        = list(string)
}

variable "log" {
  description = "Log project and store that take changes and violations."
  type        = object({ project = string, store = string })
}

variable "level" {
  description = "What the level asks for."
  type        = object({ number = number })
}
