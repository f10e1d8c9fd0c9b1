# 先轮换已经写进代码的密钥和口令，再把它们移出代码：变量不设默认值，由流水线或环境变量 TF_VAR_<变量名> 传入。
# 凭证由环境变量 ALICLOUD_ACCESS_KEY、ALICLOUD_SECRET_KEY 或角色提供
provider "alicloud" {
  access_key = null
  secret_key = null
}

# 以密钥对登录；程序在运行时用实例角色读取凭据
resource "alicloud_instance" "this" {
  password  = null
  key_name  = var.key_pair_name
  user_data = <<-EOT
    #!/bin/bash
    export DB_PASSWORD=$(aliyun kms GetSecretValue --SecretName app | jq -r .SecretData)
  EOT
  image_options {
    login_as_non_root = true
  }
}

resource "alicloud_ecs_launch_template" "this" {
  user_data = base64encode("#!/bin/bash\naliyun configure set --mode EcsRamRole --ram-role-name app --region cn-beijing\n")
}

resource "alicloud_db_account" "this" {
  password         = null
  account_password = var.db_account_password
}

resource "alicloud_kms_secret" "this" {
  secret_data = var.kms_secret_data
}

resource "alicloud_fcv3_function" "this" {
  environment_variables = {
    DB_SECRET_NAME = "app" # 函数以其角色读取该凭据
  }
}

resource "alicloud_eci_container_group" "this" {
  containers {
    name  = "worker" # 保留原有的镜像与规格
    image = "app/worker:1.0"
    environment_vars {
      key   = "API_SECRET_NAME"
      value = "api"
    }
  }
}

resource "alicloud_vpn_connection" "this" {
  ike_config {
    psk          = var.vpn_psk
    ike_version  = "ikev2"
    ike_enc_alg  = "aes256"
    ike_auth_alg = "sha256"
    ike_pfs      = "group14"
  }
}

variable "key_pair_name" {
  description = "Key pair for logging in to the instances"
  type        = string
  default     = "ops"
}

variable "db_account_password" {
  description = "Password of the account"
  type        = string
  sensitive   = true
}

variable "kms_secret_data" {
  description = "Value of the secret"
  type        = string
  sensitive   = true
}

variable "vpn_psk" {
  description = "Pre-shared key of the connection"
  type        = string
  sensitive   = true
}
