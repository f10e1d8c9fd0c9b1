variable "name" {
  description = "Name of the website, first part of every name."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,22}[a-z0-9]$", var.name))
    error_message = "The name has 2 to 24 lower-case letters, digits and hyphens, a letter first."
  }
}

variable "baseline" {
  description = "Baseline of the website: mlps-l2 or financial-l2; the same as in compliant-infra.toml."
  type        = string

  validation {
    condition     = contains(["mlps-l2", "financial-l2"], var.baseline)
    error_message = "The baseline is one of mlps-l2 or financial-l2."
  }
}

variable "account_id" {
  description = "Id of the account that everything is made in."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{16}$", var.account_id))
    error_message = "Ids of accounts have 16 digits."
  }
}

variable "region" {
  description = "Region that the website runs in; in mainland China (7.2.1.1)."
  type        = string

  validation {
    condition     = startswith(var.region, "cn-") && var.region != "cn-hongkong"
    error_message = "The region lies in mainland China."
  }
}

variable "zones" {
  description = "Zones of the region, at least two."
  type        = list(string)

  validation {
    condition     = length(var.zones) >= 2
    error_message = "At least two zones are needed."
  }
}

variable "standby_region" {
  description = "Region that takes copies of backups and objects (7.1.4.8); in mainland China."
  type        = string

  validation {
    condition     = startswith(var.standby_region, "cn-") && var.standby_region != "cn-hongkong"
    error_message = "The region of the copies lies in mainland China."
  }
}

variable "standby_zones" {
  description = "Zones of the region of the copies; nothing that is made there lies in a zone yet."
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "Tags of everything, beside those that the system sets."
  type        = map(string)
  default     = {}
}

variable "owner" {
  description = "Who answers for the system: the tag owner."
  type        = string
}

variable "data_class" {
  description = "Class of the data that the system holds: the tag data-class."
  type        = string

  validation {
    condition     = contains(["core", "important", "sensitive-pi", "pi", "processing-record", "general"], var.data_class)
    error_message = "The class is core, important, sensitive-pi, pi, processing-record or general."
  }
}

# -- what has to be there already ----------------------------------------------------------------------------------

variable "domain" {
  description = "Domain of the website, with an ICP filing."
  type        = string
}

variable "dns_zone" {
  description = "Zone of the domain in Alibaba Cloud DNS, where the record is made; without it the record is made elsewhere."
  type        = string
  default     = null
}

variable "certificate_id" {
  description = "TLS certificate of the domain in the certificate service."
  type        = string
}

variable "image_id" {
  description = "Hardened image of the servers; it serves HTTPS on port 8443."
  type        = string
}

variable "login_networks" {
  description = "Networks from which people sign in: office, VPN."
  type        = list(string)
}

variable "alarm_mail" {
  description = "Address of those who are told of alarms; they confirm it by a link."
  type        = string
}

# -- more than the level asks for ----------------------------------------------------------------------------------

variable "log_retention_days" {
  description = "Days for which logs are kept, 180 to 365; what the level asks for without it."
  type        = number
  default     = null
}

variable "data_discovery" {
  description = "Whether Data Security Center searches the data for personal information; costs a subscription."
  type        = bool
  default     = false
}

# -- the password: no default, no file; TF_VAR_database_password gives it at deployment ----------------------------

variable "database_password" {
  description = "Password of the application's database account."
  type        = string
  sensitive   = true
}

# -- sizes ---------------------------------------------------------------------------------------------------------

variable "cidr_block" {
  description = "Private /16 block of the network."
  type        = string
  default     = "10.0.0.0/16"
}

variable "instance_types" {
  description = "Instance types of the servers, the preferred one first."
  type        = list(string)
  default     = ["ecs.g7.large", "ecs.g6.large"]
}

variable "servers" {
  description = "Smallest and largest number of servers."
  type        = object({ min = number, max = number })
  default     = { min = 2, max = 4 }
}

variable "database_instance_type" {
  description = "Instance type of the database, of the high-availability edition."
  type        = string
  default     = "mysql.n2.medium.2c"
}

variable "database_storage_gb" {
  description = "Size of the database in GB."
  type        = number
  default     = 100
}

variable "health_check_path" {
  description = "Path by which servers are checked, over HTTPS."
  type        = string
  default     = "/healthy"
}
