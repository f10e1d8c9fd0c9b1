variable "name" {
  description = "First part of the names of the keys."
  type        = string
}

variable "kms_instance_id" {
  description = "KMS instance that holds the keys; ordered and enabled beforehand in the console."
  type        = string
}

variable "purposes" {
  description = "Keys to make: short name and what the key is for."
  type        = map(string)
  default = {
    data   = "Data at rest"
    log    = "Logs and audit records"
    backup = "Backups"
  }
}

variable "level" {
  description = "What the level asks for."
  type = object({
    national_cryptography    = bool
    key_rotation_days        = number
    key_deletion_window_days = number
  })
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
}
