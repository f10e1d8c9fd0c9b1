variable "baseline" {
  description = "Baseline of the system: mlps-l2, mlps-l3, financial-l2 or financial-l3."
  type        = string

  validation {
    condition     = contains(["mlps-l2", "mlps-l3", "financial-l2", "financial-l3"], var.baseline)
    error_message = "The baseline is one of mlps-l2, mlps-l3, financial-l2, financial-l3."
  }
}

variable "national_cryptography" {
  description = "Whether SM algorithms encrypt data at rest; keys are in hardware then."
  type        = bool
  default     = false
}

variable "log_retention_days" {
  description = "Days for which logs are kept, where more than the level asks for; 180 to 365."
  type        = number
  default     = null

  validation {
    condition     = var.log_retention_days == null ? true : var.log_retention_days >= 180 && var.log_retention_days <= 365
    error_message = "Logs are kept for 180 to 365 days: audit records of caches for no longer."
  }
}
