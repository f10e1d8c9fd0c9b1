# -- the programs on the servers -------------------------------------------------------------------------------------

# A role instead of long-lived keys (8.1.4.1), for two hours at a time, with the rights of the application only
# (8.1.4.2d).
resource "tencentcloud_cam_role" "server" {
  name             = "${var.name}-server"
  description      = "Programs on the application servers of ${var.name}."
  session_duration = 7200
  tags             = var.tags

  document = jsonencode({
    version = "2.0"
    statement = [{
      action    = ["name/sts:AssumeRole"]
      effect    = "allow"
      principal = { service = ["cvm.qcloud.com"] }
    }]
  })
}

resource "tencentcloud_cam_policy" "server" {
  name        = "${var.name}-server"
  description = "Objects of the data bucket and the account of the database."

  document = jsonencode({
    version = "2.0"
    statement = [
      {
        effect   = "allow"
        action   = ["name/cos:GetObject", "name/cos:PutObject", "name/cos:HeadObject"]
        resource = ["qcs::cos:${var.region}:uid/${var.app_id}:${var.data_bucket}/*"]
      },
      {
        effect   = "allow"
        action   = ["name/ssm:GetSecretValue"]
        resource = ["qcs::ssm:${var.region}:uin/${var.account_uin}:secret/creatorUin/*/${var.secret_name}"]
      },
    ]
  })
}

resource "tencentcloud_cam_role_policy_attachment" "server" {
  role_id   = tencentcloud_cam_role.server.id
  policy_id = tencentcloud_cam_policy.server.id
}

# -- three administrators, kept apart (8.1.4.2d, 8.1.5.1 to 8.1.5.3) --------------------------------------------------

locals {
  groups = {
    system = {
      remark = "System administrators: run the servers and data stores."
      allow = [
        "cvm:Describe*", "cvm:StartInstances", "cvm:StopInstances", "cvm:RebootInstances", "clb:Describe*",
        "cdb:Describe*", "redis:Describe*", "monitor:Describe*",
      ]
    }
    security = {
      remark = "Security administrators: policies, firewalls and host security."
      allow  = ["cam:Get*", "cam:List*", "cfw:*", "waf:*", "cwp:*", "csip:*", "kms:Describe*", "kms:List*"]
    }
    audit = {
      remark = "Auditors: read the records, change nothing."
      allow = [
        "cloudaudit:Describe*", "cloudaudit:Get*", "cloudaudit:List*", "cloudaudit:LookUpEvents", "cls:Describe*",
        "cls:SearchLog", "cls:GetLog",
      ]
    }
  }
}

resource "tencentcloud_cam_group" "this" {
  for_each = local.groups

  name   = "${var.name}-${each.key}"
  remark = each.value.remark
}

resource "tencentcloud_cam_policy" "group" {
  for_each = local.groups

  name        = "${var.name}-${each.key}"
  description = each.value.remark

  document = jsonencode({
    version = "2.0"
    statement = [{
      effect   = "allow"
      action   = each.value.allow
      resource = ["*"]
    }]
  })
}

resource "tencentcloud_cam_group_policy_attachment" "this" {
  for_each = local.groups

  group_id  = tencentcloud_cam_group.this[each.key].id
  policy_id = tencentcloud_cam_policy.group[each.key].id
}

resource "tencentcloud_cam_group_membership" "this" {
  for_each = local.groups

  group_id   = tencentcloud_cam_group.this[each.key].id
  user_names = var.members[each.key]
}

# Nobody in these groups deletes records (8.1.4.3c) or works from an unknown network (8.1.4.4c).
resource "tencentcloud_cam_policy" "limits" {
  name        = "${var.name}-limits"
  description = "What no administrator may do, and from where nobody may do anything."

  document = jsonencode({
    version = "2.0"
    statement = [
      {
        effect = "deny"
        action = [
          "cloudaudit:DeleteAuditTrack", "cloudaudit:ModifyAuditTrack", "cloudaudit:StopLogging",
          "cls:DeleteLogset", "cls:DeleteTopic", "cls:ModifyTopic",
        ]
        resource = ["*"]
      },
      {
        effect    = "deny"
        action    = ["*"]
        resource  = ["*"]
        condition = { ip_not_equal = { "qcs:ip" = var.admin_networks } }
      },
    ]
  })
}

resource "tencentcloud_cam_group_policy_attachment" "limits" {
  for_each = local.groups

  group_id  = tencentcloud_cam_group.this[each.key].id
  policy_id = tencentcloud_cam_policy.limits.id
}

# A second factor at sign-in and for what cannot be undone (8.1.4.1d).
resource "tencentcloud_cam_mfa_flag" "administrators" {
  for_each = toset(var.administrator_uins)

  op_uin = tonumber(each.value)

  login_flag {
    phone  = 0
    stoken = 1
    wechat = 0
  }

  action_flag {
    phone  = 0
    stoken = 1
    wechat = 0
  }
}
