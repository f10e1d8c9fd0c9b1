variable "name" {
  description = "Name without the APPID."
  type        = string
}

variable "app_id" {
  description = "APPID of the account."
  type        = string
}

variable "region" {
  description = "Region of the bucket."
  type        = string
}

variable "kms_key_id" {
  description = "Key that encrypts the objects, in the same region."
  type        = string
}

variable "log_bucket" {
  description = "Full name of the bucket of access logs in the same region; null for that bucket itself."
  type        = string
  default     = null
}

variable "replica" {
  description = "Bucket in another region that objects are copied to, with its key, and the account (UIN) that copies."
  type = object({
    bucket     = string
    region     = string
    account    = string
    kms_key_id = string
  })
  default = null
}

variable "lock_days" {
  description = "Days for which objects cannot be deleted; null where they can."
  type        = number
  default     = null
}

variable "expire_after_days" {
  description = "Days after which objects are deleted; null to keep them."
  type        = number
  default     = null
}

variable "tags" {
  description = "Tags of the bucket."
  type        = map(string)
}
