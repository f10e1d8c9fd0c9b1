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
