variable "name" {
  description = "Name of balancer, target group and web application firewall: at most 32 characters."
  type        = string
}

variable "vpc_id" {
  description = "Network of the entry."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of the entry, one in each zone."
  type        = list(string)
}

variable "app_networks" {
  description = "Networks of the servers."
  type        = list(string)
}

variable "certificate_arn" {
  description = "Certificate of the domain in the same region."
  type        = string
}

variable "log_bucket" {
  description = "Bucket of the access logs."
  type        = string
}

variable "log_key_arn" {
  description = "Key that encrypts the log of the web application firewall."
  type        = string
}

variable "log_days" {
  description = "Days for which that log is kept."
  type        = number
}
