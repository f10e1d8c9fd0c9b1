variable "name" {
  description = "Name of the bucket; unique over all accounts."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.name))
    error_message = "Names of buckets have 3 to 63 lower-case letters, digits and hyphens."
  }
}

variable "kms_key" {
  description = "Customer key that encrypts the objects; without it OSS uses a key of its own."
  type        = object({ id = string })
  default     = null
}

variable "locked" {
  description = "Whether objects can be neither changed nor deleted for as long as logs are kept: for logs."
  type        = bool
  default     = false
}

variable "log_bucket" {
  description = "Bucket that takes the access logs; the bucket itself without it."
  type        = string
  default     = null
}

variable "level" {
  description = "What the level asks for."
  type        = object({ log_retention_days = number, national_cryptography = bool })
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
}
