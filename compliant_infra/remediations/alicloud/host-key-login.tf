# 用密钥对代替口令，并以 ecs-user 登录；密钥对须先创建（alicloud_ecs_key_pair）。
resource "alicloud_instance" "this" {
  key_name               = var.key_pair_name
  password               = null
  kms_encrypted_password = null
  password_inherit       = null
  image_options {
    login_as_non_root = true
  }
}

resource "alicloud_ess_scaling_configuration" "this" {
  key_name                        = var.key_pair_name
  password                        = null
  kms_encrypted_password          = null
  password_inherit                = null
  image_options_login_as_non_root = true
}

resource "alicloud_cs_kubernetes_node_pool" "this" {
  key_name               = var.key_pair_name
  password               = null
  kms_encrypted_password = null
}

resource "alicloud_ecs_launch_template" "this" {
  key_pair_name    = var.key_pair_name
  password_inherit = null
  image_options {
    login_as_non_root = true
  }
}

resource "alicloud_ecs_instance_set" "this" {
  key_pair_name    = var.key_pair_name
  password         = null
  password_inherit = null
}

variable "key_pair_name" {
  description = "Key pair for logging in to the instances"
  type        = string
  default     = "ops"
}
