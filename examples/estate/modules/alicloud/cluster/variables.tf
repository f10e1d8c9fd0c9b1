variable "name" {
  type = string
}

variable "kubernetes_version" {
  type    = string
  default = "1.32.1-aliyun.1"
}

variable "vswitch_ids" {
  type = list(string)
}

variable "pod_vswitch_ids" {
  type = list(string)
}

variable "service_cidr" {
  type    = string
  default = "172.21.0.0/20"
}

variable "public_api" {
  description = "是否为 API Server 创建公网 SLB"
  type        = bool
  default     = false
}

variable "kms_key_id" {
  type = string
}

variable "log_project" {
  type = string
}

variable "key_pair" {
  type    = string
  default = "qingyu-ops"
}

variable "snapshot_policy_id" {
  type    = string
  default = null
}

variable "addons" {
  type    = map(map(string))
  default = {}
}

variable "policies" {
  description = "容器安全策略 => deny 或 warn；为空时在集群内另行管理"
  type        = map(string)
  default     = {}
}

variable "node_pools" {
  type = map(object({
    instance_types = list(string)
    desired_size   = optional(number, 3)
    data_disk_gb   = optional(number)
  }))
}

variable "tags" {
  type    = map(string)
  default = {}
}
