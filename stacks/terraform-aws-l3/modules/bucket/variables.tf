variable "bucket" {
  description = "Name of the bucket."
  type        = string
}

variable "account_id" {
  description = "Account that owns the bucket."
  type        = string
}

variable "region" {
  description = "Region of the bucket."
  type        = string
}

variable "customer_key" {
  description = "Whether kms_key_arn encrypts the objects; false for the keys of S3, with which log delivery writes."
  type        = bool
  default     = true
}

variable "kms_key_arn" {
  description = "Key that encrypts the objects."
  type        = string
  default     = null
}

variable "log_bucket" {
  description = "Bucket of access logs in the same region; null for that bucket itself."
  type        = string
  default     = null
}

variable "log_sources" {
  description = "Names of the buckets, with *, whose access logs are delivered here; null where none are."
  type        = string
  default     = null
}

variable "balancer_account" {
  description = "Account of Elastic Load Balancing that delivers access logs here; null where none are."
  type        = string
  default     = null
}

variable "trail_arn" {
  description = "Trail that writes here; null where none does."
  type        = string
  default     = null
}

variable "takes_config" {
  description = "Whether Config delivers here."
  type        = bool
  default     = false
}

variable "lock_days" {
  description = "Days for which objects cannot be deleted or overwritten; null where they can."
  type        = number
  default     = null
}

variable "expire_after_days" {
  description = "Days after which objects are deleted; null to keep them."
  type        = number
  default     = null
}

variable "replica" {
  description = "Bucket in the other region that objects are copied to, and its key; null where this is the copy."
  type = object({
    bucket_arn  = string
    region      = string
    kms_key_arn = optional(string)
  })
  default = null
}
