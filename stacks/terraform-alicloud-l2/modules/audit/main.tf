# 8.1.4.3 and 8.1.5.2: every event of the account, in all regions, into a locked bucket and a log store.
locals {
  log    = "acs:log:${var.region}:${var.account_id}:project/${var.project}"
  events = "${local.log}/logstore/${var.store}"
}

resource "alicloud_ram_role" "delivery" {
  role_name            = "${var.name}-audit-delivery"
  description          = "ActionTrail delivers events"
  max_session_duration = 3600
  assume_role_policy_document = jsonencode({
    Version = "1"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["actiontrail.aliyuncs.com"] }
    }]
  })
  tags = var.tags
}

resource "alicloud_ram_policy" "delivery" {
  policy_name = "${var.name}-audit-delivery"
  description = "What ActionTrail needs to deliver events"
  policy_document = jsonencode({
    Version = "1"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["oss:GetBucketInfo", "oss:GetBucketLifecycle", "oss:GetBucketLocation", "oss:ListObjects"]
        Resource = ["acs:oss:*:${var.account_id}:${var.bucket}"]
      },
      {
        Effect   = "Allow"
        Action   = ["oss:PutObject"]
        Resource = ["acs:oss:*:${var.account_id}:${var.bucket}/*"]
      },
      {
        Effect   = "Allow"
        Action   = ["kms:DescribeKey", "kms:GenerateDataKey", "kms:Decrypt"]
        Resource = ["acs:kms:${var.region}:${var.account_id}:key/*"]
      },
      {
        Effect   = "Allow"
        Action   = ["log:GetProject", "log:ListJobs"]
        Resource = [local.log]
      },
      {
        Effect = "Allow"
        Action = [
          "log:PostLogStoreLogs", "log:CreateLogstore", "log:GetLogstore", "log:GetLogStoreLogs", "log:CreateIndex",
          "log:UpdateIndex", "log:GetIndex",
        ]
        Resource = [local.events]
      },
      {
        Effect   = "Allow"
        Action   = ["log:CreateDashboard", "log:UpdateDashboard", "log:CreateSavedSearch", "log:UpdateSavedSearch"]
        Resource = ["${local.log}/dashboard/*", "${local.log}/savedsearch/*"]
      },
    ]
  })
  tags = var.tags
}

resource "alicloud_ram_role_policy_attachment" "delivery" {
  role_name   = alicloud_ram_role.delivery.role_name
  policy_type = "Custom"
  policy_name = alicloud_ram_policy.delivery.policy_name
}

resource "alicloud_actiontrail_trail" "this" {
  trail_name         = "${var.name}-trail"
  trail_region       = "All"
  event_rw           = "All"
  status             = "Enable"
  oss_bucket_name    = var.bucket
  oss_write_role_arn = alicloud_ram_role.delivery.arn
  sls_project_arn    = local.log
  sls_write_role_arn = alicloud_ram_role.delivery.arn

  depends_on = [alicloud_ram_role_policy_attachment.delivery]
}

# 8.1.3.5 and 8.1.5.4: access logs of products, collected by Log Service.
resource "alicloud_sls_collection_policy" "this" {
  for_each = var.collected
  provider = alicloud.collection

  policy_name        = "${var.name}-${each.key}-access-log"
  product_code       = each.key
  data_code          = "access_log"
  enabled            = true
  centralize_enabled = true

  policy_config {
    resource_mode = "all"
  }
  centralize_config {
    dest_region   = var.region
    dest_project  = var.project
    dest_logstore = each.value
    dest_ttl      = var.level.log_retention_days
  }
}
