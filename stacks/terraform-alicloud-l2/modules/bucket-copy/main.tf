# 8.1.4.9 b: objects have a copy in another region of the mainland, made as they are written.
resource "alicloud_ram_role" "this" {
  role_name            = var.name
  description          = "Lets OSS copy ${var.bucket} to its second region"
  max_session_duration = var.level.role_session_seconds
  assume_role_policy_document = jsonencode({
    Version = "1"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["oss.aliyuncs.com"] }
    }]
  })
  tags = var.tags
}

resource "alicloud_ram_policy" "this" {
  policy_name = var.name
  description = "Copies of ${var.bucket} in its second region"
  policy_document = jsonencode({
    Version = "1"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["oss:ReplicateList", "oss:ReplicateGet"]
        Resource = ["acs:oss:*:*:${var.bucket}", "acs:oss:*:*:${var.bucket}/*"]
      },
      {
        Effect   = "Allow"
        Action   = ["oss:ReplicateList", "oss:ReplicateGet", "oss:ReplicatePut", "oss:ReplicateDelete"]
        Resource = ["acs:oss:*:*:${var.target}", "acs:oss:*:*:${var.target}/*"]
      },
    ]
  })
  tags = var.tags
}

resource "alicloud_ram_role_policy_attachment" "this" {
  role_name   = alicloud_ram_role.this.role_name
  policy_type = "Custom"
  policy_name = alicloud_ram_policy.this.policy_name
}

resource "alicloud_ram_role_policy_attachment" "keys" {
  count = var.target_kms_key == null ? 0 : 1

  role_name   = alicloud_ram_role.this.role_name
  policy_type = "System"
  policy_name = "AliyunKMSCryptoUserAccess"
}

resource "alicloud_oss_bucket_replication" "this" {
  bucket                        = var.bucket
  action                        = "PUT"
  historical_object_replication = "enabled"
  sync_role                     = alicloud_ram_role.this.role_name

  destination {
    bucket        = var.target
    location      = "oss-${var.target_region}"
    transfer_type = "internal"
  }

  dynamic "encryption_configuration" {
    for_each = var.target_kms_key == null ? [] : [var.target_kms_key]
    content {
      replica_kms_key_id = encryption_configuration.value.id
    }
  }
  dynamic "source_selection_criteria" {
    for_each = var.target_kms_key == null ? [] : [var.target_kms_key]
    content {
      sse_kms_encrypted_objects {
        status = "Enabled"
      }
    }
  }

  depends_on = [alicloud_ram_role_policy_attachment.this, alicloud_ram_role_policy_attachment.keys]
}
