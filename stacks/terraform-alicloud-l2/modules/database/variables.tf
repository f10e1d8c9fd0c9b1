variable "name" {
  description = "Name of the instance."
  type        = string
}

variable "account_id" {
  description = "Id of the account, whose service role lets RDS use the key."
  type        = string
}

variable "engine_version" {
  description = "Version of MySQL."
  type        = string
  default     = "8.0"
}

variable "instance_type" {
  description = "Instance type of the high-availability edition."
  type        = string
}

variable "storage_gb" {
  description = "Size of the storage in GB."
  type        = number
}

variable "vpc_id" {
  description = "VPC of the instance."
  type        = string
}

variable "zones" {
  description = "Zones: the instance lies in the first, its standby node in the second."
  type        = list(string)
}

variable "vswitch_ids" {
  description = "vSwitches of the data tier, in the order of the zones."
  type        = list(string)
}

variable "client_cidr_block" {
  description = "Block of the application tier, which alone may connect."
  type        = string
}

variable "backup_region" {
  description = "Region that takes copies of the backups."
  type        = string
}

variable "kms_key" {
  description = "Customer key that encrypts the disks; without it RDS uses a key of its own."
  type        = object({ id = string })
  default     = null
}

variable "database" {
  description = "Name of the database to make."
  type        = string
}

variable "accounts" {
  description = "Database accounts to make, which read and write the database."
  type        = set(string)
}

variable "passwords" {
  description = "Passwords of the accounts by their names."
  type        = map(string)
  sensitive   = true
}

variable "level" {
  description = "What the level asks for."
  type = object({
    number                = number
    national_cryptography = bool
    sql_audit_days        = number
    backup_retention_days = number
    backup_weekdays       = list(string)
  })
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
}
