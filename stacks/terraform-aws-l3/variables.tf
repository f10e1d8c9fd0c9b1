variable "name" {
  description = "Prefix of all names: lower-case letters, digits and hyphens."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,22}[a-z0-9]$", var.name))
    error_message = "The name has 2 to 24 lower-case letters, digits and hyphens, a letter first and no hyphen last."
  }
}

variable "baseline" {
  description = "MLPS baseline that the system is built to; retention and sizes follow from it (see locals.tf)."
  type        = string
  default     = "mlps-l3"

  validation {
    condition     = contains(["mlps-l2", "mlps-l3"], var.baseline)
    error_message = "AWS China carries mlps-l2 and mlps-l3; level 4 asks for what it does not offer (see the README)."
  }
}

variable "region" {
  description = "Primary region."
  type        = string
  default     = "cn-north-1"

  validation {
    condition     = contains(["cn-north-1", "cn-northwest-1"], var.region)
    error_message = "AWS China has two regions: cn-north-1 (Beijing) and cn-northwest-1 (Ningxia)."
  }
}

variable "zones" {
  description = "Availability zones of the primary region: two or three."
  type        = list(string)

  validation {
    condition     = length(distinct(var.zones)) >= 2 && length(var.zones) <= 3
    error_message = "Every tier spans two or three different zones."
  }

  validation {
    condition     = alltrue([for zone in var.zones : startswith(zone, var.region)])
    error_message = "The zones lie in the primary region."
  }
}

variable "standby_region" {
  description = "The other region of AWS China."
  type        = string
  default     = "cn-northwest-1"

  validation {
    condition     = contains(["cn-north-1", "cn-northwest-1"], var.standby_region)
    error_message = "AWS China has two regions: cn-north-1 (Beijing) and cn-northwest-1 (Ningxia)."
  }

  validation {
    condition     = var.standby_region != var.region
    error_message = "The standby region is another than the primary region."
  }
}

variable "standby_zones" {
  description = "Availability zones of the standby region: two or three."
  type        = list(string)

  validation {
    condition     = length(distinct(var.standby_zones)) >= 2 && length(var.standby_zones) <= 3
    error_message = "Every tier spans two or three different zones."
  }

  validation {
    condition     = alltrue([for zone in var.standby_zones : startswith(zone, var.standby_region)])
    error_message = "The standby zones lie in the standby region."
  }
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}

variable "account_id" {
  description = "Twelve digits of the account of AWS China that everything is made in."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account id has twelve digits."
  }
}

variable "certificate_arn" {
  description = "Certificate of the domain in ACM of the primary region."
  type        = string
}

variable "standby_certificate_arn" {
  description = "Certificate of the domain in ACM of the standby region."
  type        = string
}

variable "image_id" {
  description = "Hardened image of the servers in the primary region."
  type        = string
}

variable "standby_image_id" {
  description = "Encrypted copy of the image in the standby region."
  type        = string
}

variable "admin_networks" {
  description = "Public networks from which people work in the account, in CIDR notation: office and VPN."
  type        = list(string)

  validation {
    condition = length(var.admin_networks) > 0 && alltrue([
      for network in var.admin_networks : can(cidrhost(network, 0)) && tonumber(split("/", network)[1]) >= 16
    ])
    error_message = "Name at least one network, and none that is wider than /16."
  }
}

variable "alarm_addresses" {
  description = "Mail addresses that are told about alarms; each confirms a message of SNS."
  type        = list(string)
}

variable "outbound_domains" {
  description = "Domains that the servers may call through the firewall; a leading dot takes in subdomains."
  type        = list(string)
}

variable "standby_active" {
  description = "True brings up the entry, the firewall and the servers of the standby region: in a disaster and in drills."
  type        = bool
  default     = false
}

variable "instance_type" {
  description = "Type of the application servers."
  type        = string
  default     = "m6i.large"
}

variable "database_class" {
  description = "Class of the database and of its replica."
  type        = string
  default     = "db.m6i.large"
}

variable "cidr_block" {
  description = "Network of the primary region, a /16."
  type        = string
  default     = "10.30.0.0/16"
}

variable "standby_cidr_block" {
  description = "Network of the standby region, a /16 that does not overlap with cidr_block."
  type        = string
  default     = "10.31.0.0/16"
}

# No default and no entry in terraform.tfvars: given as TF_VAR_database_password by the pipeline's secret store. RDS keeps
# no password of its own in Secrets Manager for a database with a replica, which level 3 asks for.
variable "database_password" {
  description = "Password of the database's owner, 16 to 41 characters without / @ \" and spaces; not kept in the state."
  type        = string
  sensitive   = true
}

variable "database_password_version" {
  description = "Raise by one with each new password, at least every 90 days."
  type        = number
  default     = 1
}
