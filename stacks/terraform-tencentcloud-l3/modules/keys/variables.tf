variable "name" {
  description = "Prefix of the aliases."
  type        = string
}

variable "purposes" {
  description = "What the keys are for; one key each."
  type        = list(string)
}

variable "tags" {
  description = "Tags of the keys."
  type        = map(string)
}
