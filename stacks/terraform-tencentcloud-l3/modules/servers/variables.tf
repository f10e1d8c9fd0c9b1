variable "name" {
  description = "Prefix of the names."
  type        = string
}

variable "zones" {
  description = "Availability zones."
  type        = list(string)
}

variable "servers_per_zone" {
  description = "Servers in each zone."
  type        = number
}

variable "vpc_id" {
  description = "Network of the servers."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets in the order of the zones."
  type        = list(string)
}

variable "security_group_ids" {
  description = "Security groups, the most important first."
  type        = list(string)
}

variable "image_id" {
  description = "Hardened image."
  type        = string
}

variable "instance_type" {
  description = "Type of the servers."
  type        = string
}

variable "key_pair_id" {
  description = "Key pair of the bastion host."
  type        = string
}

variable "kms_key_id" {
  description = "Key that encrypts the disks."
  type        = string
}

variable "role_name" {
  description = "Role in which programs on the servers call the cloud, instead of long-lived keys."
  type        = string
}

variable "data_disk_gb" {
  description = "Size of the data disk in GiB."
  type        = number
  default     = 100
}

variable "snapshot_days" {
  description = "Days for which snapshots are kept."
  type        = number
}

variable "tags" {
  description = "Tags of servers and disks."
  type        = map(string)
}
