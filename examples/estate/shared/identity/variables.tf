variable "groups" {
  type = map(object({
    comments  = string
    actions   = list(string)
    resources = optional(list(string), ["*"])
  }))

  default = {
    network = {
      comments = "网络组"
      actions  = ["vpc:*", "slb:*", "alb:*"]
    }
    dba = {
      comments = "数据库组"
      actions  = ["rds:*", "kvstore:*"]
    }
    # 权限梳理尚未完成
    delivery = {
      comments = "交付组"
      actions  = ["*"]
    }
  }
}

variable "roles" {
  type = map(object({
    service = string
    policy  = string
  }))

  default = {
    ecs     = { service = "ecs.aliyuncs.com", policy = "AliyunKMSSecretUserAccess" }
    ack     = { service = "cs.aliyuncs.com", policy = "AliyunCSManagedLogRolePolicy" }
    oss-crr = { service = "oss.aliyuncs.com", policy = "AliyunOSSFullAccess" }
  }
}
