resource "alicloud_oss_bucket" "this" {
  bucket          = var.name
  storage_class   = "Standard"
  redundancy_type = "ZRS"
  tags            = var.tags

  dynamic "lifecycle_rule" {
    for_each = var.expire_after_days == null ? [] : [var.expire_after_days]

    content {
      id      = "expire"
      enabled = true
      prefix  = ""

      expiration {
        days = lifecycle_rule.value
      }
    }
  }
}

resource "alicloud_oss_bucket_acl" "this" {
  bucket = alicloud_oss_bucket.this.bucket
  acl    = var.acl
}

resource "alicloud_oss_bucket_public_access_block" "this" {
  bucket              = alicloud_oss_bucket.this.bucket
  block_public_access = var.block_public_access
}

# 合规保留（WORM）的存储桶不能同时开启版本控制
resource "alicloud_oss_bucket_versioning" "this" {
  count = var.versioning && var.worm_days == null ? 1 : 0

  bucket = alicloud_oss_bucket.this.bucket
  status = "Enabled"
}

resource "alicloud_oss_bucket_worm" "this" {
  count = var.worm_days == null ? 0 : 1

  bucket                   = alicloud_oss_bucket.this.bucket
  retention_period_in_days = var.worm_days
  status                   = "Locked"
}

resource "alicloud_oss_bucket_server_side_encryption" "this" {
  bucket              = alicloud_oss_bucket.this.bucket
  sse_algorithm       = "KMS"
  kms_master_key_id   = var.kms_key_id
  kms_data_encryption = var.national_crypto ? "SM4" : null
}

resource "alicloud_oss_bucket_policy" "this" {
  bucket = alicloud_oss_bucket.this.bucket
  policy = templatefile("${path.module}/policies/bucket.json.tftpl", {
    bucket  = var.name
    readers = var.readers
  })
}

resource "alicloud_oss_bucket_replication" "this" {
  count = var.replica == null ? 0 : 1

  bucket                        = alicloud_oss_bucket.this.bucket
  action                        = "ALL"
  historical_object_replication = "enabled"
  sync_role                     = var.replica.role

  destination {
    bucket        = var.replica.bucket
    location      = "oss-${var.replica.region}"
    transfer_type = "internal"
  }

  source_selection_criteria {
    sse_kms_encrypted_objects {
      status = "Enabled"
    }
  }

  encryption_configuration {
    replica_kms_key_id = var.replica.kms_key_id
  }
}
