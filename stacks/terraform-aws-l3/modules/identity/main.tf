# How people work in the account: through three roles that are kept apart (8.1.4.2d, 8.1.5.1 to 8.1.5.3), with a second
# factor (8.1.4.1d) and from listed networks only (8.1.4.4c).
resource "aws_iam_account_password_policy" "this" {
  minimum_password_length        = 12
  require_lowercase_characters   = true
  require_uppercase_characters   = true
  require_numbers                = true
  require_symbols                = true
  allow_users_to_change_password = true
  max_password_age               = 90
  password_reuse_prevention      = 5
  hard_expiry                    = false
}

locals {
  records = [
    "cloudtrail:DeleteTrail", "cloudtrail:StopLogging", "cloudtrail:UpdateTrail",
    "logs:DeleteLogGroup", "logs:DeleteLogStream", "logs:PutRetentionPolicy",
  ]

  duties = {
    system = {
      about = "System administrator: servers, data stores and their operation."
      allow = [
        "autoscaling:*", "backup:Describe*", "backup:List*", "backup:StartRestoreJob", "cloudwatch:*",
        "ec2:Describe*", "ec2:RebootInstances", "ec2:StartInstances", "ec2:StopInstances", "ec2:CreateSnapshot",
        "elasticloadbalancing:Describe*", "elasticloadbalancing:Modify*", "rds:Describe*", "rds:CreateDBSnapshot",
        "rds:RebootDBInstance", "rds:PromoteReadReplica", "ssm:Describe*", "ssm:Get*", "ssm:List*", "ssm:StartSession",
        "ssm:TerminateSession", "ssmmessages:OpenDataChannel", "logs:Describe*", "logs:FilterLogEvents", "logs:Get*",
        # Who opens a session makes the key that encrypts it.
        "kms:GenerateDataKey",
      ]
    }
    security = {
      about = "Security administrator: policies, keys and who belongs where."
      allow = [
        "access-analyzer:*", "acm:*", "config:Describe*", "config:Get*", "config:List*", "guardduty:*", "inspector2:*",
        "network-firewall:*", "wafv2:*", "iam:Get*", "iam:List*", "iam:CreateUser", "iam:DeleteUser",
        "iam:CreateLoginProfile", "iam:UpdateLoginProfile", "iam:DeleteLoginProfile", "iam:DeactivateMFADevice",
        "kms:Describe*", "kms:List*", "kms:Get*",
      ]
    }
    audit = {
      about = "Auditor: reads the records, changes nothing."
      allow = [
        "cloudtrail:Describe*", "cloudtrail:Get*", "cloudtrail:List*", "cloudtrail:LookupEvents", "cloudwatch:Describe*",
        "cloudwatch:Get*", "cloudwatch:List*", "config:Describe*", "config:Get*", "config:List*", "config:Select*",
        "guardduty:Get*", "guardduty:List*", "iam:Get*", "iam:List*", "iam:GenerateCredentialReport", "logs:Describe*",
        "logs:FilterLogEvents", "logs:Get*", "logs:StartQuery", "logs:StopQuery",
      ]
    }
  }
}

# The most that any of them may do, whatever they are given later.
resource "aws_iam_policy" "boundary" {
  name        = "${var.name}-boundary"
  description = "The most that an administrator may do."

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "Services"
        Effect = "Allow"
        Action = [
          "access-analyzer:*", "acm:*", "autoscaling:*", "backup:*", "cloudtrail:*", "cloudwatch:*", "config:*",
          "ec2:*", "elasticloadbalancing:*", "guardduty:*", "iam:*", "inspector2:*", "kms:*", "logs:*",
          "network-firewall:*", "rds:*", "s3:*", "sns:*", "ssm:*", "ssmmessages:*", "wafv2:*",
        ]
        Resource = "*"
      },
      {
        Sid      = "RecordsStay"
        Effect   = "Deny"
        Action   = local.records
        Resource = "*"
      },
      {
        Sid    = "NoWayAround"
        Effect = "Deny"
        Action = [
          "iam:CreateAccessKey", "iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary",
          "iam:PutRolePermissionsBoundary", "iam:PutUserPermissionsBoundary", "iam:DeleteAccountPasswordPolicy",
        ]
        Resource = "*"
      },
      {
        Sid      = "ListedNetworksOnly"
        Effect   = "Deny"
        Action   = "*"
        Resource = "*"
        Condition = {
          NotIpAddress = { "aws:SourceIp" = var.admin_networks }
          Bool         = { "aws:ViaAWSService" = "false" }
        }
      },
    ]
  })
}

resource "aws_iam_policy" "duty" {
  for_each = local.duties

  name        = "${var.name}-${each.key}-administrator"
  description = each.value.about

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Duty"
        Effect   = "Allow"
        Action   = each.value.allow
        Resource = "*"
      },
      {
        # Who reads the records writes none, who writes them deletes none (8.1.4.3c).
        Sid      = "NotThisDuty"
        Effect   = "Deny"
        Action   = concat(local.records, ["logs:PutLogEvents"])
        Resource = "*"
      },
    ]
  })
}

resource "aws_iam_role" "duty" {
  for_each = local.duties

  name                 = "${var.name}-${each.key}-administrator"
  description          = each.value.about
  max_session_duration = 14400
  permissions_boundary = aws_iam_policy.boundary.arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws-cn:iam::${var.account_id}:root" }
      Action    = "sts:AssumeRole"
      Condition = {
        Bool      = { "aws:MultiFactorAuthPresent" = "true" }
        IpAddress = { "aws:SourceIp" = var.admin_networks }
      }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "duty" {
  for_each = local.duties

  role       = aws_iam_role.duty[each.key].name
  policy_arn = aws_iam_policy.duty[each.key].arn
}

# Nobody makes a bucket public by mistake.
resource "aws_s3_account_public_access_block" "this" {
  account_id              = var.account_id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
