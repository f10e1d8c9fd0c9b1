variable "name" {
  description = "Prefix of the names."
  type        = string
}

variable "region" {
  description = "Region of the firewall."
  type        = string
}

variable "zones" {
  description = "Availability zones of the network, in its order."
  type        = list(string)
}

variable "network" {
  description = "Outputs of module network."
  type = object({
    vpc_id              = string
    networks            = map(list(string))
    subnet_ids          = map(list(string))
    route_table_ids     = map(list(string))
    internet_gateway_id = string
  })
}

variable "outbound_domains" {
  description = "Domains that may be called; a leading dot takes in subdomains."
  type        = list(string)
}

variable "kms_key_arn" {
  description = "Key that encrypts policy and rules."
  type        = string
}

variable "log_key_arn" {
  description = "Key that encrypts the logs."
  type        = string
}

variable "log_days" {
  description = "Days for which the logs are kept."
  type        = number
}
