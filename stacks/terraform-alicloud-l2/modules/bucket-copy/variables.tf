variable "name" {
  description = "Name of the role by which OSS copies; unique in the account."
  type        = string
}

variable "bucket" {
  description = "Bucket that is copied."
  type        = string
}

variable "target" {
  description = "Bucket in the second region that takes the copies."
  type        = string
}

variable "target_region" {
  description = "Region of the copies."
  type        = string
}

variable "target_kms_key" {
  description = "Customer key that encrypts the copies; needed where the bucket is encrypted with a customer key."
  type        = object({ id = string })
  default     = null
}

variable "level" {
  description = "What the level asks for."
  type        = object({ role_session_seconds = number })
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
}
