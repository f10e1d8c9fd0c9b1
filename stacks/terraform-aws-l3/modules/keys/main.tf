# One key for each purpose, rotated every year (8.1.4.8b), with thirty days to notice a deletion. The account keeps the
# administration through IAM; services are let in for this account only.
locals {
  account = {
    Sid       = "Account"
    Effect    = "Allow"
    Principal = { AWS = "arn:aws-cn:iam::${var.account_id}:root" }
    Action    = "kms:*"
    Resource  = "*"
  }
  use = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
  # A role that does not exist yet cannot be a principal: it is named in a condition.
  auto_scaling = "arn:aws-cn:iam::${var.account_id}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"

  statements = {
    data = [
      {
        Sid       = "AutoScalingUsesTheKey"
        Effect    = "Allow"
        Principal = { AWS = "*" }
        Action    = local.use
        Resource  = "*"
        Condition = { ArnEquals = { "aws:PrincipalArn" = local.auto_scaling } }
      },
      {
        Sid       = "AutoScalingGrantsItToDisks"
        Effect    = "Allow"
        Principal = { AWS = "*" }
        Action    = ["kms:CreateGrant"]
        Resource  = "*"
        Condition = {
          ArnEquals = { "aws:PrincipalArn" = local.auto_scaling }
          Bool      = { "kms:GrantIsForAWSResource" = "true" }
        }
      },
    ]
    logs = [
      {
        Sid       = "LogGroups"
        Effect    = "Allow"
        Principal = { Service = "logs.${var.region}.amazonaws.com.cn" }
        Action    = local.use
        Resource  = "*"
        Condition = {
          ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:aws-cn:logs:${var.region}:${var.account_id}:*" }
        }
      },
      {
        Sid       = "Trail"
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = ["kms:GenerateDataKey*"]
        Resource  = "*"
        Condition = {
          StringLike = {
            "kms:EncryptionContext:aws:cloudtrail:arn" = "arn:aws-cn:cloudtrail:*:${var.account_id}:trail/*"
          }
        }
      },
      {
        Sid       = "TrailLooks"
        Effect    = "Allow"
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Action    = ["kms:DescribeKey"]
        Resource  = "*"
        Condition = { StringLike = { "aws:SourceArn" = "arn:aws-cn:cloudtrail:*:${var.account_id}:trail/*" } }
      },
      {
        Sid       = "Alarms"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = ["kms:GenerateDataKey*", "kms:Decrypt"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
      },
      {
        # EventBridge tells of no source that a condition could name.
        Sid       = "Events"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = ["kms:GenerateDataKey*", "kms:Decrypt"]
        Resource  = "*"
      },
    ]
    backup = []
  }
  purposes = {
    data   = "data of the system: disks, objects, the database"
    logs   = "logs and audit records"
    backup = "backups"
  }
}

resource "aws_kms_key" "this" {
  for_each = local.purposes

  description             = "Key of the ${each.value}."
  key_usage               = "ENCRYPT_DECRYPT"
  enable_key_rotation     = true
  rotation_period_in_days = 365
  deletion_window_in_days = 30

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat([local.account], local.statements[each.key])
  })

  lifecycle {
    # What a deleted key encrypted cannot be read again.
    prevent_destroy = true
  }
}

resource "aws_kms_alias" "this" {
  for_each = aws_kms_key.this

  name          = "alias/${var.name}/${each.key}"
  target_key_id = each.value.key_id
}
