# 审计日志写入专用的私有存储桶：记录访问、锁定、加密，且仅允许 HTTPS。
resource "tencentcloud_audit_track" "this" {
  storage {
    storage_type   = "cos"
    storage_name   = "audit-store"
    storage_prefix = "track"
    storage_region = "ap-guangzhou"
  }
}

resource "tencentcloud_events_audit_track" "this" {
  storage {
    storage_type   = "cos"
    storage_name   = "audit-store"
    storage_prefix = "track"
    storage_region = "ap-guangzhou"
  }
}

resource "tencentcloud_cos_bucket" "audit_store" {
  bucket               = "audit-store-1250000000"
  acl                  = "private"
  multi_az             = true
  versioning_enable    = true
  encryption_algorithm = "KMS"
  kms_id               = "00000000-0000-0000-0000-000000000000"
  log_enable           = true
  log_target_bucket    = "central-access-logs-1250000000"
  log_prefix           = "audit/"
  replica_role         = "qcs::cam::uin/100000000001:uin/100000000001"
  replica_rules {
    id                 = "all"
    status             = "Enabled"
    destination_bucket = "qcs::cos:ap-beijing::audit-store-copy-1250000000"
  }
  tags = {
    data-class = "important"
    owner      = "security"
  }
  object_lock_configuration {
    enabled = true
    rule {
      days = 180
    }
  }
}

resource "tencentcloud_cos_bucket_policy" "audit_store" {
  bucket = tencentcloud_cos_bucket.audit_store.bucket
  policy = jsonencode({
    version = "2.0"
    statement = [{
      effect    = "deny"
      principal = { qcs = ["qcs::cam::anyone:anyone"] }
      action    = ["name/cos:*"]
      resource  = ["qcs::cos:ap-guangzhou:uid/1250000000:audit-store-1250000000/*"]
      condition = { bool_equal = { "cos:secure-transport" = "false" } }
    }]
  })
}
