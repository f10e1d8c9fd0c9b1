# 8.1.4.1 and 8.1.4.2: passwords, sign-in, and three administrators that hold each other in check (8.1.5.1 to 8.1.5.3).
# These two settings are the account's only ones of their kind: leave the module out where a landing zone has them.
resource "alicloud_ram_password_policy" "this" {
  minimum_password_length              = var.level.password_min_length
  minimum_password_different_character = 4
  require_lowercase_characters         = true
  require_uppercase_characters         = true
  require_numbers                      = true
  require_symbols                      = true
  password_not_contain_user_name       = true
  max_password_age                     = var.level.password_max_age_days
  password_reuse_prevention            = var.level.password_reuse
  max_login_attemps                    = var.level.login_max_failures
  hard_expiry                          = false
}

resource "alicloud_ram_security_preference" "this" {
  login_network_masks              = join(";", var.login_networks)
  login_session_duration           = var.level.console_session_hours
  mfa_operation_for_login          = "mandatory"
  operation_for_risk_login         = "enforceVerify"
  enable_save_mfa_ticket           = false
  allow_user_to_change_password    = true
  allow_user_to_manage_access_keys = false
  allow_user_to_manage_mfa_devices = true
  max_idle_days_for_users          = var.level.idle_identity_days
  max_idle_days_for_access_keys    = var.level.idle_identity_days
}

locals {
  # Nobody but the audit service touches audit records.
  untouched = ["actiontrail:DeleteTrail", "actiontrail:StopLogging", "log:DeleteLogStore", "log:DeleteProject"]

  administrators = {
    system = {
      about = "System administrator: resources and their operation"
      allow = [
        "ecs:*", "ess:*", "vpc:*", "slb:*", "alb:*", "rds:*", "kvstore:*", "dts:*", "oss:*", "hbr:*", "cms:*",
        "alidns:*", "log:Get*", "log:List*", "kms:Describe*", "kms:List*",
      ]
      deny = concat([
        "ram:*", "ims:*", "kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:SetKeyPolicy", "kms:SetDeletionProtection",
        "actiontrail:*", "config:Delete*", "config:Stop*", "log:PostLogStoreLogs",
      ], local.untouched)
    }
    security = {
      about = "Security administrator: security policies, keys and who may do what"
      allow = [
        "yundun-sas:*", "yundun-cloudfirewall:*", "yundun-waf:*", "yundun-bastionhost:*", "config:*",
        "kms:Create*", "kms:Describe*", "kms:Disable*", "kms:Enable*", "kms:Get*", "kms:List*", "kms:Set*",
        "kms:Update*", "ram:Get*", "ram:List*", "ram:CreateUser", "ram:UpdateUser", "ram:DeleteUser",
        "ram:CreateLoginProfile", "ram:UpdateLoginProfile", "ram:DeleteLoginProfile", "ram:AddUserToGroup",
        "ram:RemoveUserFromGroup", "ram:UnbindMFADevice",
      ]
      deny = concat([
        "kms:Decrypt", "kms:GetSecretValue", "ram:CreateAccessKey", "log:PostLogStoreLogs",
      ], local.untouched)
    }
    audit = {
      about = "Audit administrator: audit records and what the others did"
      allow = [
        "actiontrail:CreateTrail", "actiontrail:Describe*", "actiontrail:Get*", "actiontrail:List*",
        "actiontrail:LookupEvents", "actiontrail:StartLogging", "log:Get*", "log:List*", "log:CreateSavedSearch",
        "log:UpdateSavedSearch", "config:Get*", "config:List*", "config:Describe*", "ram:Get*", "ram:List*",
        "kms:Describe*", "kms:List*", "yundun-sas:Describe*", "yundun-sas:Get*", "yundun-sas:List*",
      ]
      deny = concat(["log:PostLogStoreLogs"], local.untouched)
    }
  }
}

resource "alicloud_ram_role" "administrator" {
  for_each = local.administrators

  role_name            = "${var.name}-${each.key}-administrator"
  description          = each.value.about
  max_session_duration = var.level.role_session_seconds
  # Taken by users of this account only, with a second factor, from the networks of the team.
  assume_role_policy_document = jsonencode({
    Version = "1"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { RAM = ["acs:ram::${var.account_id}:root"] }
      Condition = {
        Bool      = { "acs:MFAPresent" = "true" }
        IpAddress = { "acs:SourceIp" = var.login_networks }
      }
    }]
  })
  tags = var.tags
}

resource "alicloud_ram_policy" "administrator" {
  for_each = local.administrators

  policy_name = "${var.name}-${each.key}-administrator"
  description = each.value.about
  policy_document = jsonencode({
    Version = "1"
    Statement = [
      { Effect = "Allow", Action = each.value.allow, Resource = "*" },
      { Effect = "Deny", Action = each.value.deny, Resource = "*" },
    ]
  })
  tags = var.tags
}

resource "alicloud_ram_role_policy_attachment" "administrator" {
  for_each = local.administrators

  role_name   = alicloud_ram_role.administrator[each.key].role_name
  policy_type = "Custom"
  policy_name = alicloud_ram_policy.administrator[each.key].policy_name
}
