variable "name" {
  description = "Name of the system, first part of every name."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,22}[a-z0-9]$", var.name))
    error_message = "The name has 2 to 24 lower-case letters, digits and hyphens, a letter first."
  }
}

variable "baseline" {
  description = "Baseline of the system: mlps-l2 or mlps-l3; the same as in compliant-infra.toml."
  type        = string

  validation {
    condition     = contains(["mlps-l2", "mlps-l3"], var.baseline)
    error_message = "The baseline is one of mlps-l2 or mlps-l3."
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
  description = "Region that the system runs in; in mainland China (8.2.1.1)."
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
  description = "Region that goes on when the first one is lost; in mainland China."
  type        = string

  validation {
    condition     = startswith(var.standby_region, "cn-") && var.standby_region != "cn-hongkong"
    error_message = "The standby region lies in mainland China."
  }
}

variable "standby_zones" {
  description = "Zones of the standby region, at least two."
  type        = list(string)

  validation {
    condition     = length(var.standby_zones) >= 2
    error_message = "At least two zones are needed."
  }
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
  description = "Domain of the system, with an ICP filing."
  type        = string
}

variable "certificate_id" {
  description = "TLS certificate of the domain in the certificate service."
  type        = string
}

variable "standby_certificate_id" {
  description = "TLS certificate of the domain for the standby region."
  type        = string
}

variable "kms_instance_id" {
  description = "KMS instance in the region; of the hardware edition where SM algorithms are used."
  type        = string
}

variable "standby_kms_instance_id" {
  description = "KMS instance in the standby region; of the same edition."
  type        = string
}

variable "image_id" {
  description = "Hardened image of the servers; it serves HTTPS on port 8443 and is copied to the standby region."
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

# -- SM algorithms -------------------------------------------------------------------------------------------------

variable "national_cryptography" {
  description = "Whether SM algorithms encrypt data at rest, and SM2 certificates end TLS in WAF (GB/T 39786-2021)."
  type        = bool
  default     = false
}

variable "waf_instance_id" {
  description = "WAF 3.0 instance of the account in front of the entries, where SM2 certificates end TLS; needed with SM algorithms."
  type        = string
  default     = null
}

variable "sm2_certificate_id" {
  description = "SM2 certificate pair of the domain in the certificate service; needed with SM algorithms."
  type        = string
  default     = null
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

# -- passwords: no defaults, no files; TF_VAR_database_password and its like give them at deployment ----------------

variable "database_password" {
  description = "Password of the application's database account."
  type        = string
  sensitive   = true
}

variable "synchronization_password" {
  description = "Password of the account by which the standby database is kept in step."
  type        = string
  sensitive   = true
}

variable "cache_password" {
  description = "Password of the application's cache account."
  type        = string
  sensitive   = true
}

# -- sizes ---------------------------------------------------------------------------------------------------------

variable "cidr_block" {
  description = "Private /16 block of the network."
  type        = string
  default     = "10.0.0.0/16"
}

variable "standby_cidr_block" {
  description = "Private /16 block of the network of the standby region; the two must not overlap."
  type        = string
  default     = "10.1.0.0/16"
}

variable "instance_types" {
  description = "Instance types of the servers, the preferred one first."
  type        = list(string)
  default     = ["ecs.g7.xlarge", "ecs.g6.xlarge"]
}

variable "servers" {
  description = "Smallest and largest number of servers."
  type        = object({ min = number, max = number })
  default     = { min = 2, max = 8 }
}

variable "standby_servers" {
  description = "Smallest and largest number of servers in the standby region: few, which grow when they are needed."
  type        = object({ min = number, max = number })
  default     = { min = 2, max = 8 }
}

variable "database_instance_type" {
  description = "Instance type of the databases, of the high-availability edition."
  type        = string
  default     = "mysql.x4.large.2c"
}

variable "database_storage_gb" {
  description = "Size of the databases in GB."
  type        = number
  default     = 500
}

variable "cache_instance_class" {
  description = "Class of the caches, of the enterprise edition, which alone encrypts."
  type        = string
  default     = "redis.amber.master.mid.multithread"
}

variable "health_check_path" {
  description = "Path by which servers and entries are checked, over HTTPS."
  type        = string
  default     = "/healthy"
}
