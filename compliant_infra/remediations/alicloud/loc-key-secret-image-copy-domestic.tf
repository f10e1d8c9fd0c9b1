# 镜像同步到境内其他地域
resource "alicloud_cr_ee_sync_rule" "this" {
  target_region_id = var.domestic_region
}

# 密钥与日志项目同地域。
resource "alicloud_log_store" "this" {
  encrypt_conf {
    enable       = true
    encrypt_type = "m4"
    user_cmk_info {
      cmk_key_id = var.log_key_id
      arn        = var.log_role_arn
      region_id  = var.log_key_region
    }
  }
}

variable "log_key_id" {
  description = "Key in the region of the log project"
  type        = string
  default     = "key-hzz0000000000000000000"
}

variable "log_role_arn" {
  description = "Role that Simple Log Service takes on to use the key"
  type        = string
  default     = "acs:ram::1234567890123456:role/aliyunlogdefaultrole"
}

variable "domestic_region" {
  description = "Region in mainland China that keeps the copies"
  type        = string
  default     = "cn-beijing"
}

variable "log_key_region" {
  description = "Region of the log project and the key"
  type        = string
  default     = "cn-hangzhou"
}
