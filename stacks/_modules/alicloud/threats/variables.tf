variable "name" {
  description = "First part of the names."
  type        = string
}

variable "vpc_id" {
  description = "VPC in which decoys listen."
  type        = string
}

variable "vswitch_ids" {
  description = "vSwitches of the bastion host, two of the application tier."
  type        = list(string)
}

variable "security_group_id" {
  description = "Security group of the servers, which the bastion host reaches."
  type        = string
}

variable "server_count" {
  description = "Number of servers that Security Center protects."
  type        = number
}

variable "server_cores" {
  description = "Cores (vCPU) of each of them."
  type        = number
  default     = 4
}

variable "decoy" {
  description = "Image of a honeypot, from the list of Security Center; without it there are no decoys."
  type        = object({ image_id = string, image_name = string })
  default     = null
}

variable "data_discovery" {
  description = "Whether Data Security Center searches databases and buckets for sensitive data."
  type        = bool
  default     = false
}

variable "level" {
  description = "What the level asks for."
  type        = object({ number = number })
}
