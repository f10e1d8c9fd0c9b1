# 镜像同步到境内其他地域
resource "alicloud_cr_ee_sync_rule" "this" {
  target_region_id = "cn-beijing"
}

# The key lies in the region of the log project.
resource "alicloud_log_store" "this" {
  encrypt_conf {
    enable       = true
    encrypt_type = "m4"
    user_cmk_info {
      cmk_key_id = var.log_key_id
      arn        = var.log_role_arn
      region_id  = "cn-hangzhou"
    }
  }
}

variable "log_key_id" {
  description = "密钥 ID，与日志项目同地域"
  type        = string
  default     = "key-hzz0000000000000000000"
}

variable "log_role_arn" {
  description = "日志服务使用密钥的角色"
  type        = string
  default     = "acs:ram::1234567890123456:role/aliyunlogdefaultrole"
}
