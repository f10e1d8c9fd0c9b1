variable "buckets" {
  type = map(object({
    data_class        = string
    expire_after_days = optional(number)
  }))

  default = {
    corpus   = { data_class = "ai-training" }
    consents = { data_class = "processing-record", expire_after_days = 1825 }
    # 会话原文：留存期限还在与法务讨论
    sessions = { data_class = "pi" }
  }
}

variable "services" {
  description = "模型服务：副本数、是否有公网调用地址、镜像版本"
  type = map(object({
    replicas = optional(number, 2)
    public   = optional(bool, false)
    release  = string
  }))

  default = {
    chat = { replicas = 4, release = "2.3.1" }
    # 合作车商试用，联调后收回公网地址
    trial = { replicas = 1, public = true, release = "2.4.0" }
  }
}
