variable "groups" {
  type = map(object({
    comments  = string
    actions   = list(string)
    resources = optional(list(string), ["*"])
    members   = optional(list(string), [])
  }))

  default = {
    network = {
      comments = "网络组"
      actions  = ["vpc:*", "slb:*", "alb:*"]
      members  = ["li.na", "wang.lei"]
    }
    dba = {
      comments = "数据库组"
      actions  = ["rds:*", "kvstore:*"]
      members  = ["zhao.min"]
    }
    report = {
      comments  = "报表平台"
      actions   = ["oss:GetObject", "oss:ListObjects"]
      resources = ["acs:oss:*:*:qingyu-prod-exports/*"]
      members   = ["report-svc"]
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
    service         = string
    policy          = string
    session_seconds = optional(number, 3600)
  }))

  default = {
    ecs     = { service = "ecs.aliyuncs.com", policy = "AliyunKMSSecretUserAccess" }
    ack     = { service = "cs.aliyuncs.com", policy = "AliyunCSManagedLogRolePolicy" }
    oss-crr = { service = "oss.aliyuncs.com", policy = "AliyunOSSFullAccess" }
    # 迁移任务一跑就是一整夜
    migration = { service = "dms.aliyuncs.com", policy = "AliyunDTSFullAccess", session_seconds = 43200 }
  }
}
