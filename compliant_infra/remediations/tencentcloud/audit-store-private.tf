# 审计日志写入专用的私有存储桶：记录访问、锁定、加密，且仅允许 HTTPS。
resource "tencentcloud_audit_track" "this" {
  storage {
    storage_type   = "cos"
    storage_name   = "audit-store"
    storage_prefix = "track"
    storage_region = var.audit_region
  }
}

resource "tencentcloud_events_audit_track" "this" {
  storage {
    storage_type   = "cos"
    storage_name   = "audit-store"
    storage_prefix = "track"
    storage_region = var.audit_region
  }
}

resource "tencentcloud_cos_bucket" "audit_store" {
  bucket               = "audit-store-${var.app_id}"
  acl                  = "private"
  multi_az             = true
  versioning_enable    = true
  encryption_algorithm = "KMS"
  kms_id               = var.audit_kms_key_id
  log_enable           = true
  log_target_bucket    = var.access_log_bucket
  log_prefix           = "audit/"
  replica_role         = var.replica_role
  replica_rules {
    id                 = "all"
    status             = "Enabled"
    destination_bucket = var.replica_bucket
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
      resource  = ["qcs::cos:${var.audit_region}:uid/${var.app_id}:audit-store-${var.app_id}/*"]
      condition = { bool_equal = { "cos:secure-transport" = "false" } }
    }]
  })
}

variable "app_id" {
  description = "APPID of the account"
  type        = string
  default     = "1250000000"
}

variable "audit_region" {
  description = "Region of the bucket for audit records"
  type        = string
  default     = "ap-guangzhou"
}

variable "audit_kms_key_id" {
  description = "ID of the KMS key for audit records"
  type        = string
  default     = "00000000-0000-0000-0000-000000000000"
}

variable "access_log_bucket" {
  description = "Bucket that collects the access logs of buckets, in the same region, with the APPID"
  type        = string
  default     = "central-access-logs-1250000000"
}

variable "replica_role" {
  description = "Account that replicates: qcs::cam::uin/<main account>:uin/<main account>"
  type        = string
  default     = "qcs::cam::uin/100000000001:uin/100000000001"
}

variable "replica_bucket" {
  description = "Destination in another region of mainland China, with versioning: qcs::cos:<region>::<bucket>-<APPID>"
  type        = string
  default     = "qcs::cos:ap-beijing::audit-store-copy-1250000000"
}
