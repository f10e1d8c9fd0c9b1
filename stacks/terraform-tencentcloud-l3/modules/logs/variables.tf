variable "name" {
  description = "Name of the log set and prefix of its topics."
  type        = string
}

variable "topics" {
  description = "Topics by what they record."
  type        = list(string)
}

variable "retention_days" {
  description = "Days for which records are kept."
  type        = number
}

variable "tags" {
  description = "Tags of log set and topics."
  type        = map(string)
}
