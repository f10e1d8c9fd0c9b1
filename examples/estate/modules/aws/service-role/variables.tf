variable "name" {
  type = string
}

variable "principal" {
  type = object({
    type        = optional(string, "Service")
    identifiers = list(string)
  })
}

variable "statements" {
  type = list(object({
    actions   = list(string)
    resources = list(string)
  }))
  default = []
}

variable "managed_policies" {
  type    = list(string)
  default = []
}
