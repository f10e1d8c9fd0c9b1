variable "name" {
  type = string
}

variable "repositories" {
  description = "仓库名 => 命名空间、用途与标签是否不可覆盖"
  type = map(object({
    namespace = string
    summary   = string
    immutable = optional(bool, true)
  }))
}

variable "tags" {
  type    = map(string)
  default = {}
}
