variable "keys" {
  type = map(object({
    purpose           = string
    spec              = optional(string, "Aliyun_SM4")
    protection_level  = optional(string, "HSM")
    rotation_interval = optional(string, "365d")
  }))

  default = {
    storage = { purpose = "对象存储" }
    compute = { purpose = "云盘" }
    logs    = { purpose = "日志" }
    channel = { purpose = "渠道报文" }
    # 报表导出沿用集团的 AES 密钥规格
    report = { purpose = "报表导出", spec = "Aliyun_AES_256" }
    cache  = { purpose = "会话票据", protection_level = "SOFTWARE" }
  }
}

variable "merchant_psk" {
  type      = string
  sensitive = true
}
