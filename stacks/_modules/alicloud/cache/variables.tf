variable "name" {
  description = "Name of the instance."
  type        = string
}

variable "account_id" {
  description = "Id of the account, whose service role lets the cache use the key."
  type        = string
}

variable "instance_class" {
  description = "Instance class; of the enterprise edition, which alone encrypts."
  type        = string
}

variable "zones" {
  description = "Zones: the instance lies in the first, its replica in the second."
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

variable "password" {
  description = "Password of the account."
  type        = string
  sensitive   = true
}

variable "kms_key" {
  description = "Customer key that encrypts the data."
  type        = object({ id = string })
}

variable "level" {
  description = "What the level asks for."
  type        = object({ log_retention_days = number, backup_weekdays = list(string) })
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
}
