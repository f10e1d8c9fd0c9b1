# 密钥对须先创建（tencentcloud_key_pair）。
resource "tencentcloud_instance" "this" {
  key_ids          = var.key_ids
  password         = null
  keep_image_login = null
}

resource "tencentcloud_as_scaling_config" "this" {
  key_ids          = var.key_ids
  password         = null
  keep_image_login = null
}

resource "tencentcloud_cvm_launch_template" "this" {
  login_settings {
    key_ids  = var.key_ids
    password = null
  }
}

variable "key_ids" {
  description = "Key pairs of the administrators"
  type        = list(string)
  default     = ["skey-00000000"]
}
