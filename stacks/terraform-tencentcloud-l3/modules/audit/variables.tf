variable "name" {
  description = "Prefix of the names."
  type        = string
}

variable "region" {
  description = "Region of bucket and topics."
  type        = string
}

variable "short_region" {
  description = "Short name of the region, such as sh."
  type        = string
}

variable "bucket" {
  description = "Bucket of the operation records, without the APPID."
  type        = string
}

variable "logset_id" {
  description = "Log set of the topics."
  type        = string
}

variable "topic_ids" {
  description = "Log topics by what they record: cloudaudit, database and cache."
  type        = map(string)
}

variable "database_id" {
  description = "MySQL instance whose audit log is delivered."
  type        = string
}

variable "cache_id" {
  description = "Redis instance whose log is delivered."
  type        = string
}

variable "alarm_user_id" {
  description = "UID of the user who is told."
  type        = number
}

variable "server_instance_ids" {
  description = "Servers that are watched."
  type        = list(string)
}

variable "tags" {
  description = "Tags of the alarms."
  type        = map(string)
}
