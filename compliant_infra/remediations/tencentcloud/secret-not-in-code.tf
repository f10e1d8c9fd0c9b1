# 先轮换已经写进代码的密钥和口令，再把它们移出代码。
variable "app_secret" {
  description = "The secret; the pipeline passes it"
  type        = string
  sensitive   = true # 不设默认值，由流水线或 TF_VAR_app_secret 传入
}

# 凭证由环境变量 TENCENTCLOUD_SECRET_ID、TENCENTCLOUD_SECRET_KEY 或角色提供
provider "tencentcloud" {
  secret_id  = null
  secret_key = null
}

resource "tencentcloud_mysql_instance" "this" {
  root_password = var.app_secret
}

resource "tencentcloud_ssm_secret_version" "this" {
  secret_string = var.app_secret
}

# 以密钥对登录；程序在运行时用实例角色从凭据管理系统读取凭据
resource "tencentcloud_instance" "this" {
  password      = null
  key_ids       = var.key_ids
  user_data_raw = <<-EOT
    #!/bin/bash
    tccli --use-cvm-role ssm GetSecretValue --SecretName db --VersionId v1 > /run/app-credential.json
  EOT
}

resource "tencentcloud_scf_function" "this" {
  environment = {
    SECRET_NAME = "api" # 函数以其角色读取该凭据
  }
}

resource "tencentcloud_kubernetes_node_pool" "this" {
  auto_scaling_config {
    instance_type = "S5.LARGE8" # 保留原有的其他参数
    key_ids       = var.key_ids
  }
}

variable "key_ids" {
  description = "Key pairs of the administrators"
  type        = list(string)
  default     = ["skey-operations"]
}
