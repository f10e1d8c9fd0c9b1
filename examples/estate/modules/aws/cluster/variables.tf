variable "name" {
  type = string
}

variable "kubernetes_version" {
  type    = string
  default = "1.32"
}

variable "role_arn" {
  type = string
}

variable "node_role_arn" {
  type = string
}

variable "subnet_ids" {
  type = list(string)
}

variable "security_group_ids" {
  type = list(string)
}

variable "public_api" {
  type    = bool
  default = false
}

variable "log_types" {
  type    = list(string)
  default = ["api", "audit", "authenticator"]
}

variable "encrypt_secrets" {
  type    = bool
  default = true
}

variable "secrets_key_arn" {
  type    = string
  default = null
}

variable "disk_key_arn" {
  type = string
}

variable "node_groups" {
  type = map(object({
    instance_types = list(string)
    min            = optional(number, 2)
    max            = optional(number, 6)
    desired        = optional(number)
  }))
}
