# 审计日志写入专用的私有存储桶：记录访问、锁定、加密，且仅允许 HTTPS。
variable "audit_kms_key_id" {
  type    = string
  default = "key-hzz000000000000000000"
}

# 密钥按地域创建：副本使用目标地域的密钥。
variable "audit_copy_kms_key_id" {
  type    = string
  default = "key-bjj000000000000000000"
}

resource "alicloud_actiontrail_trail" "this" {
  oss_bucket_name = alicloud_oss_bucket.audit_store.bucket
}

resource "alicloud_actiontrail" "this" {
  oss_bucket_name = alicloud_oss_bucket.audit_store.bucket
}

resource "alicloud_oss_bucket" "audit_store" {
  bucket          = "audit-store-0000"
  redundancy_type = "ZRS"
  tags = {
    data-class = "important"
    owner      = "security"
  }
  logging {
    target_bucket = "central-access-logs"
    target_prefix = "audit/"
  }
}

resource "alicloud_oss_bucket_acl" "audit_store" {
  bucket = alicloud_oss_bucket.audit_store.bucket
  acl    = "private"
}

resource "alicloud_oss_bucket_versioning" "audit_store" {
  bucket = alicloud_oss_bucket.audit_store.bucket
  status = "Enabled"
}

resource "alicloud_oss_bucket_worm" "audit_store" {
  bucket                   = alicloud_oss_bucket.audit_store.bucket
  retention_period_in_days = 180
  status                   = "Locked"
}

resource "alicloud_oss_bucket_server_side_encryption" "audit_store" {
  bucket              = alicloud_oss_bucket.audit_store.bucket
  sse_algorithm       = "KMS"
  kms_data_encryption = "SM4"
  kms_master_key_id   = var.audit_kms_key_id
}

resource "alicloud_oss_bucket_replication" "audit_store" {
  bucket = alicloud_oss_bucket.audit_store.bucket
  action = "ALL"
  destination {
    bucket   = "audit-store-copy-0000"
    location = "oss-cn-beijing"
  }
  sync_role = "audit-replication"
  encryption_configuration {
    replica_kms_key_id = var.audit_copy_kms_key_id
  }
  source_selection_criteria {
    sse_kms_encrypted_objects {
      status = "Enabled"
    }
  }
}

resource "alicloud_oss_bucket_policy" "audit_store" {
  bucket = alicloud_oss_bucket.audit_store.bucket
  policy = jsonencode({
    Version = "1"
    Statement = [{
      Effect    = "Deny"
      Principal = ["*"]
      Action    = ["oss:*"]
      Resource  = ["acs:oss:*:*:audit-store-0000", "acs:oss:*:*:audit-store-0000/*"]
      Condition = { Bool = { "acs:SecureTransport" = ["false"] } }
    }]
  })
}
