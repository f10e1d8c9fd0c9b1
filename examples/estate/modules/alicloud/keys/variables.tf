variable "name" {
  type = string
}

variable "keys" {
  type = map(object({
    purpose                = string
    spec                   = optional(string, "Aliyun_AES_256")
    protection_level       = optional(string, "SOFTWARE")
    rotation_interval      = optional(string, "365d")
    pending_window_in_days = optional(number, 30)
  }))
}

variable "tags" {
  type    = map(string)
  default = {}
}
