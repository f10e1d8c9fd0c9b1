# 8.1.4.7, 8.1.4.8, 8.1.4.9: private, over TLS only, encrypted, in several zones, with old versions or locked.
resource "alicloud_oss_bucket" "this" {
  bucket          = var.name
  storage_class   = "Standard"
  redundancy_type = "ZRS"
  force_destroy   = false

  lifecycle_rule {
    id      = "all-objects"
    prefix  = ""
    enabled = true

    abort_multipart_upload {
      days = 7
    }
    # Logs go after twice the time that they are locked; of other objects only old versions go.
    dynamic "expiration" {
      for_each = var.locked ? [2 * var.level.log_retention_days] : []
      content {
        days = expiration.value
      }
    }
    dynamic "noncurrent_version_expiration" {
      for_each = var.locked ? [] : [30]
      content {
        days = noncurrent_version_expiration.value
      }
    }
  }

  tags = var.tags
}

resource "alicloud_oss_bucket_acl" "this" {
  bucket = alicloud_oss_bucket.this.bucket
  acl    = "private"
}

resource "alicloud_oss_bucket_public_access_block" "this" {
  bucket              = alicloud_oss_bucket.this.bucket
  block_public_access = true
}

resource "alicloud_oss_bucket_policy" "this" {
  bucket = alicloud_oss_bucket.this.bucket
  policy = jsonencode({
    Version = "1"
    Statement = [{
      Effect    = "Deny"
      Action    = ["oss:*"]
      Principal = ["*"]
      Resource  = ["acs:oss:*:*:${var.name}", "acs:oss:*:*:${var.name}/*"]
      Condition = { Bool = { "acs:SecureTransport" = ["false"] } }
    }]
  })

  depends_on = [alicloud_oss_bucket_public_access_block.this]
}

resource "alicloud_oss_bucket_https_config" "this" {
  bucket       = alicloud_oss_bucket.this.bucket
  enable       = true
  tls_versions = ["TLSv1.2", "TLSv1.3"]

  cipher_suit {
    enable              = true
    strong_cipher_suite = true
  }
}

resource "alicloud_oss_bucket_server_side_encryption" "this" {
  bucket              = alicloud_oss_bucket.this.bucket
  sse_algorithm       = var.kms_key == null ? "AES256" : "KMS"
  kms_master_key_id   = var.kms_key == null ? null : var.kms_key.id
  kms_data_encryption = var.kms_key != null && var.level.national_cryptography ? "SM4" : null
}

resource "alicloud_oss_bucket_versioning" "this" {
  count = var.locked ? 0 : 1

  bucket = alicloud_oss_bucket.this.bucket
  status = "Enabled"
}

resource "alicloud_oss_bucket_worm" "this" {
  count = var.locked ? 1 : 0

  bucket                   = alicloud_oss_bucket.this.bucket
  retention_period_in_days = var.level.log_retention_days
  status                   = "Locked"
}

resource "alicloud_oss_bucket_logging" "this" {
  bucket        = alicloud_oss_bucket.this.bucket
  target_bucket = var.log_bucket == null ? alicloud_oss_bucket.this.bucket : var.log_bucket
  target_prefix = "access/${var.name}/"
}
