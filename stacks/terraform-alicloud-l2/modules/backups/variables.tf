variable "name" {
  description = "First part of the names; resources tagged backup = this name are backed up."
  type        = string
}

variable "region" {
  description = "Region of the backups."
  type        = string
}

variable "copy_region" {
  description = "Region of their copies."
  type        = string
}

variable "kms_key" {
  description = "Customer key of the backups; without it Cloud Backup uses a key of its own."
  type        = object({ id = string })
  default     = null
}

variable "copy_kms_key" {
  description = "Customer key of the copies, in their region."
  type        = object({ id = string })
  default     = null
}

variable "level" {
  description = "What the level asks for."
  type        = object({ number = number, backup_retention_days = number })
}
