variable "name" {
  description = "First part of the names."
  type        = string
}

variable "account_id" {
  description = "Id of the account."
  type        = string
}

variable "login_networks" {
  description = "Networks from which people sign in: office, VPN."
  type        = list(string)

  validation {
    condition     = length(var.login_networks) > 0 && alltrue([for block in var.login_networks : can(cidrhost(block, 0))])
    error_message = "At least one network in CIDR notation is needed."
  }
}

variable "level" {
  description = "What the level asks for."
  type = object({
    number                = number
    password_min_length   = number
    password_max_age_days = number
    password_reuse        = number
    login_max_failures    = number
    console_session_hours = number
    role_session_seconds  = number
    idle_identity_days    = number
  })
}

variable "tags" {
  description = "Tags of everything that takes tags."
  type        = map(string)
}
