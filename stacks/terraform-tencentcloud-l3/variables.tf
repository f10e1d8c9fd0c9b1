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
    error_message = "This stack is built for mlps-l2 and mlps-l3."
  }
}

variable "region" {
  description = "Primary region. Log topics are encrypted, which not every region offers."
  type        = string
  default     = "ap-shanghai"

  validation {
    condition     = contains(["ap-beijing", "ap-guangzhou", "ap-shanghai"], var.region)
    error_message = "The primary region is one of ap-beijing, ap-guangzhou and ap-shanghai."
  }
}

variable "zones" {
  description = "Availability zones of the primary region; the first one holds the primary nodes."
  type        = list(string)

  validation {
    condition     = length(distinct(var.zones)) >= 2
    error_message = "Entry, servers and data stores span at least two different zones."
  }

  validation {
    condition     = alltrue([for zone in var.zones : startswith(zone, "${var.region}-")])
    error_message = "The zones lie in the primary region."
  }
}

variable "standby_region" {
  description = "Second region in mainland China, for the standby database and for copies."
  type        = string
  default     = "ap-beijing"

  validation {
    condition     = contains(["ap-beijing", "ap-guangzhou", "ap-shanghai"], var.standby_region)
    error_message = "The standby region is one of ap-beijing, ap-guangzhou and ap-shanghai."
  }

  validation {
    condition     = var.standby_region != var.region
    error_message = "The standby region is another than the primary region."
  }
}

variable "standby_zones" {
  description = "Availability zones of the standby region."
  type        = list(string)

  validation {
    condition     = length(distinct(var.standby_zones)) >= 2
    error_message = "The standby database spans at least two different zones."
  }

  validation {
    condition     = alltrue([for zone in var.standby_zones : startswith(zone, "${var.standby_region}-")])
    error_message = "The standby zones lie in the standby region."
  }
}

variable "tags" {
  description = "Tags of every resource that takes tags."
  type        = map(string)
  default     = {}
}

variable "account_uin" {
  description = "Number (UIN) of the root account that owns everything."
  type        = string
}

variable "app_id" {
  description = "APPID of the account, the suffix of every bucket name."
  type        = string
}

variable "administrator_uins" {
  description = "Numbers (UIN) of the CAM users who administer the account; each must sign in with a second factor."
  type        = list(string)
}

variable "system_administrators" {
  description = "CAM users who run servers and data stores."
  type        = list(string)
}

variable "security_administrators" {
  description = "CAM users who look after policies and firewalls."
  type        = list(string)
}

variable "auditors" {
  description = "CAM users who read the records. Nobody is in two of the three lists."
  type        = list(string)

  validation {
    condition = length(distinct(concat(var.system_administrators, var.security_administrators, var.auditors))) == (
      length(var.system_administrators) + length(var.security_administrators) + length(var.auditors)
    )
    error_message = "The three administrators are different people (8.1.4.2d)."
  }
}

variable "admin_networks" {
  description = "Networks from which administrators sign in, in CIDR notation: the public ones of office and VPN, for the account, and those on the private link to the bastion host."
  type        = list(string)

  validation {
    condition = length(var.admin_networks) > 0 && alltrue([
      for network in var.admin_networks : can(cidrhost(network, 0)) && tonumber(split("/", network)[1]) >= 16
    ])
    error_message = "Name at least one network, and none that is wider than /16."
  }
}

variable "alarm_user_id" {
  description = "UID of the CAM message receiver or user who is told about alarms."
  type        = number
}

variable "domain" {
  description = "Domain name of the website, with an ICP filing."
  type        = string
}

variable "certificate_id" {
  description = "Id of the server certificate of the domain in SSL Certificate Service."
  type        = string
}

variable "image_id" {
  description = "Id of the hardened image of the servers."
  type        = string
}

variable "key_pair_id" {
  description = "Id of the key pair with which the bastion host signs in to the servers."
  type        = string
}

variable "cidr_block" {
  description = "Network of the primary region; the standby region takes standby_cidr_block."
  type        = string
  default     = "10.20.0.0/16"
}

variable "standby_cidr_block" {
  description = "Network of the standby region; must not overlap with cidr_block."
  type        = string
  default     = "10.21.0.0/16"
}

variable "instance_type" {
  description = "Type of the application servers."
  type        = string
  default     = "S6.LARGE8"
}

variable "servers_per_zone" {
  description = "Application servers in each zone."
  type        = number
  default     = 1
}

# No default and no entry in terraform.tfvars: given as TF_VAR_database_password by the pipeline's secret store.
variable "database_password" {
  description = "Password of the root account of MySQL, 8 to 64 characters. Used once; applications use rotated accounts."
  type        = string
  sensitive   = true
}

variable "cache_password" {
  description = "Password of Redis, 8 to 16 characters (the limit of the product)."
  type        = string
  sensitive   = true
}
