variable "name" {
  description = "First part of the names."
  type        = string
}

variable "image_id" {
  description = "Image of the servers. It serves HTTPS on the backend port, and holds no secrets."
  type        = string
}

variable "instance_types" {
  description = "Instance types, the preferred one first."
  type        = list(string)
}

variable "size" {
  description = "Smallest and largest number of servers; at least one for each of two zones."
  type        = object({ min = number, max = number })

  validation {
    condition     = var.size.min >= 2 && var.size.max >= var.size.min
    error_message = "At least two servers are needed, and no fewer at most than at least."
  }
}

variable "vswitch_ids" {
  description = "vSwitches of the application tier, one a zone."
  type        = list(string)
}

variable "security_group_id" {
  description = "Security group of the servers."
  type        = string
}

variable "server_group_id" {
  description = "Server group of the entry."
  type        = string
}

variable "backend_port" {
  description = "Port on which the servers listen, with TLS."
  type        = number
}

variable "kms_key" {
  description = "Customer key that encrypts the disks and the bucket; without it ECS and OSS use keys of their own."
  type        = object({ id = string })
  default     = null
}

variable "bucket" {
  description = "Bucket whose objects the servers read and write."
  type        = string
}

variable "level" {
  description = "What the level asks for."
  type        = object({ national_cryptography = bool, role_session_seconds = number })
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
}
