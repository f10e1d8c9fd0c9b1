variable "name" {
  type = string
}

variable "vpc_id" {
  type = string
}

variable "public" {
  type    = bool
  default = true
}

variable "zone_vswitches" {
  description = "可用区 => 交换机，至少两个可用区"
  type        = map(string)

  validation {
    condition     = length(var.zone_vswitches) >= 2
    error_message = "An entry spans at least two zones."
  }
}

variable "bandwidth_mbps" {
  type    = string
  default = "200"
}

variable "ddos_protected" {
  description = "公网地址是否使用 DDoS 防护（增强版）"
  type        = bool
  default     = true
}

variable "backends" {
  type = map(object({
    port        = optional(number, 8443)
    health_path = optional(string, "/healthz")
    servers     = optional(list(string), [])
  }))
}

variable "default_backend" {
  type = string
}

variable "certificate_id" {
  type = string
}

variable "tls_versions" {
  type    = list(string)
  default = ["TLSv1.2", "TLSv1.3"]
}

variable "access_log" {
  type = object({
    project = string
    store   = string
  })
}

variable "tags" {
  type    = map(string)
  default = {}
}
