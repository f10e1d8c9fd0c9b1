# 账号级身份基线：阿里云、AWS 中国、腾讯云各一套
terraform {
  required_version = ">= 1.6"

  required_providers {
    alicloud = {
      source  = "aliyun/alicloud"
      version = "1.289.0"
    }
    aws = {
      source  = "hashicorp/aws"
      version = "6.66.0"
    }
    tencentcloud = {
      source  = "tencentcloudstack/tencentcloud"
      version = "1.83.25"
    }
  }
}

provider "alicloud" {
  region     = "cn-hangzhou"
  account_id = "1900000000000001"
}

provider "aws" {
  region = "cn-north-1"
}

provider "tencentcloud" {
  region = "ap-shanghai"
}

resource "alicloud_ram_account_password_policy" "this" {
  minimum_password_length      = 12
  require_lowercase_characters = true
  require_uppercase_characters = true
  require_numbers              = true
  require_symbols              = true
  hard_expiry                  = false
  max_password_age             = 90
  password_reuse_prevention    = 5
  max_login_attempts           = 5
}

resource "alicloud_ram_security_preference" "this" {
  mfa_operation_for_login          = "mandatory"
  enable_save_mfa_ticket           = false
  allow_user_to_manage_access_keys = false
  login_session_duration           = 8
  login_network_masks              = "203.0.113.0/24"
}

# 口令永不过期：集团单点登录上线前的遗留设置
resource "aws_iam_account_password_policy" "this" {
  minimum_password_length        = 12
  require_lowercase_characters   = true
  require_uppercase_characters   = true
  require_numbers                = true
  require_symbols                = true
  max_password_age               = 0
  password_reuse_prevention      = 5
  allow_users_to_change_password = true
}

resource "tencentcloud_cam_mfa_flag" "this" {
  for_each = {
    ops   = { uin = 100000000011, token = 1 }
    audit = { uin = 100000000012, token = 1 }
    # 只读账号，历史上未开启
    report = { uin = 100000000013, token = 0 }
  }

  op_uin = each.value.uin

  login_flag {
    phone  = 0
    stoken = each.value.token
    wechat = 0
  }

  action_flag {
    phone  = 0
    stoken = 1
    wechat = 0
  }
}

resource "alicloud_ram_group" "this" {
  for_each = var.groups

  group_name = each.key
  comments   = each.value.comments
}

resource "alicloud_ram_policy" "this" {
  for_each = var.groups

  policy_name = "qingyu-${each.key}"
  policy_document = jsonencode({
    Version = "1"
    Statement = [{
      Effect   = "Allow"
      Action   = each.value.actions
      Resource = each.value.resources
    }]
  })
}

resource "alicloud_ram_group_policy_attachment" "this" {
  for_each = var.groups

  group_name  = alicloud_ram_group.this[each.key].group_name
  policy_name = alicloud_ram_policy.this[each.key].policy_name
  policy_type = "Custom"
}

# 成员都经用户组授权；delivery 组的成员由单点登录同步
resource "alicloud_ram_user" "this" {
  for_each = toset(flatten([for group in var.groups : group.members]))

  name     = each.key
  comments = "由身份组维护"
}

resource "alicloud_ram_group_membership" "this" {
  for_each = { for name, group in var.groups : name => group if length(group.members) > 0 }

  group_name = alicloud_ram_group.this[each.key].group_name
  user_names = [for member in each.value.members : alicloud_ram_user.this[member].name]
}

# 报表平台在上云前申请的长期密钥
resource "alicloud_ram_access_key" "report" {
  user_name = alicloud_ram_user.this["report-svc"].name
  status    = "Active"
}

resource "alicloud_ram_role" "this" {
  for_each = var.roles

  role_name            = "qingyu-${each.key}"
  max_session_duration = each.value.session_seconds

  assume_role_policy_document = <<-JSON
    {
      "Version": "1",
      "Statement": [
        {
          "Action": "sts:AssumeRole",
          "Effect": "Allow",
          "Principal": { "Service": ["${each.value.service}"] }
        }
      ]
    }
  JSON
}

resource "alicloud_ram_role_policy_attachment" "this" {
  for_each = var.roles

  role_name   = alicloud_ram_role.this[each.key].role_name
  policy_name = each.value.policy
  policy_type = "System"
}

# 应急“破窗”账号：双人保管，使用即告警
resource "alicloud_ram_user" "break_glass" {
  name     = "break-glass"
  comments = "双人保管"
}

resource "alicloud_ram_user_policy_attachment" "break_glass" {
  user_name   = alicloud_ram_user.break_glass.name
  policy_name = "AdministratorAccess"
  policy_type = "System"
}
