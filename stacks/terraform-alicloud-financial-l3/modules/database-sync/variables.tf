variable "name" {
  description = "Name of the synchronization."
  type        = string
}

variable "source_instance" {
  description = "Database instance that is followed, and its region."
  type        = object({ id = string, region = string })
}

variable "target_instance" {
  description = "Database instance that follows, and its region."
  type        = object({ id = string, region = string })
}

variable "database" {
  description = "Database that is kept in step."
  type        = string
}

variable "account" {
  description = "Account of both instances by which Data Transmission Service reads and writes."
  type        = string
}

variable "password" {
  description = "Password of the account."
  type        = string
  sensitive   = true
}
