variable "name" {
  description = "First part of the names."
  type        = string
}

variable "region" {
  description = "Region of the log project."
  type        = string
}

variable "mail" {
  description = "Address of those who are told; it has to be confirmed by a link in a mail."
  type        = string
}

variable "event_log" {
  description = "Log project and store with the events of the account."
  type        = object({ project = string, store = string })
}

variable "database_ids" {
  description = "Databases that are watched."
  type        = list(string)
}

variable "level" {
  description = "What the level asks for."
  type        = object({ number = number, login_max_failures = number })
}
