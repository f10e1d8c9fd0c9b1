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

variable "bucket" {
  description = "Locked bucket that takes the events of the account."
  type        = string
}

variable "project" {
  description = "Log project that takes the events of the account."
  type        = string
}

variable "store" {
  description = "Log store for the events of the account; ActionTrail fixes its name: actiontrail_ and the trail's name."
  type        = string
}

variable "collected" {
  description = "Access logs to collect into stores of the project: product code (alb, waf, oss) and store."
  type        = map(string)
}

variable "level" {
  description = "What the level asks for."
  type        = object({ log_retention_days = number })
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
}
