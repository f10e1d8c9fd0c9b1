variable "name" {
  description = "Name of the log project; unique in the region over all accounts."
  type        = string
}

variable "region" {
  description = "Region of the project."
  type        = string
}

variable "stores" {
  description = "Log stores to make: name and what they take."
  type        = map(string)
}

variable "event_store" {
  description = "The store that takes the events of the account, which is searched by their fields; none without it."
  type        = string
  default     = null
}

variable "kms_key" {
  description = "Customer key that encrypts the stores; without it they are not encrypted with a key of the account."
  type        = object({ id = string })
  default     = null
}

variable "level" {
  description = "What the level asks for."
  type = object({
    log_retention_days    = number
    role_session_seconds  = number
    national_cryptography = bool
  })
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
}
