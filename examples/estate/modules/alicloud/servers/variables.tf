variable "name" {
  type = string
}

variable "servers" {
  type = map(object({
    instance_type       = optional(string, "ecs.g7.large")
    zone_id             = string
    vswitch_id          = string
    role                = optional(string, "app")
    data_disks          = optional(map(number), {})
    http_tokens         = optional(string, "required")
    deletion_protection = optional(bool, true)
  }))
}

variable "image_id" {
  type    = string
  default = "aliyun_3_x64_20G_alibase_20250117.vhd"
}

variable "security_group_id" {
  type = string
}

variable "kms_key_id" {
  type = string
}

variable "disk_algorithm" {
  type    = string
  default = "aes-256"
}

variable "key_pair" {
  type    = string
  default = "qingyu-ops"
}

variable "role_name" {
  description = "实例 RAM 角色：程序由此取得临时凭据"
  type        = string
  default     = "qingyu-ecs"
}

variable "packages" {
  type    = list(string)
  default = ["chrony", "auditd"]
}

variable "snapshot_retention_days" {
  type    = number
  default = 14
}

variable "snapshot_copy_region" {
  type    = string
  default = null
}

variable "snapshot_copy_key_id" {
  description = "副本地域的密钥"
  type        = string
  default     = null
}

variable "tags" {
  type    = map(string)
  default = {}
}
