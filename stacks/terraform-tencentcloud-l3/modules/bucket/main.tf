locals {
  bucket = "${var.name}-${var.app_id}"
}

# Private, encrypted with a key of one's own (8.1.4.8b), in several zones, with former versions and a copy in the other
# region (8.1.4.9b).
resource "tencentcloud_cos_bucket" "this" {
  bucket               = local.bucket
  acl                  = "private"
  multi_az             = true
  versioning_enable    = true
  encryption_algorithm = "KMS"
  kms_id               = var.kms_key_id
  log_enable           = var.log_bucket != null
  log_target_bucket    = var.log_bucket
  log_prefix           = var.log_bucket == null ? null : "${var.name}/"
  replica_role         = var.replica == null ? null : "qcs::cam::uin/${var.replica.account}:uin/${var.replica.account}"
  tags                 = var.tags

  dynamic "replica_rules" {
    for_each = var.replica == null ? [] : [var.replica]

    content {
      id                                = "second-region"
      status                            = "Enabled"
      destination_bucket                = "qcs::cos:${replica_rules.value.region}::${replica_rules.value.bucket}"
      destination_encryption_kms_key_id = replica_rules.value.kms_key_id

      source_selection_criteria {
        sse_kms_encrypted_objects {
          status = "Enabled"
        }
      }
    }
  }

  # Records cannot be changed or deleted before their time, by nobody (8.1.5.4c).
  dynamic "object_lock_configuration" {
    for_each = var.lock_days == null ? [] : [var.lock_days]

    content {
      enabled = true

      rule {
        days = object_lock_configuration.value
      }
    }
  }

  dynamic "lifecycle_rules" {
    for_each = var.expire_after_days == null ? [] : [var.expire_after_days]

    content {
      id            = "expire"
      filter_prefix = ""

      expiration {
        days = lifecycle_rules.value
      }

      non_current_expiration {
        non_current_days = 30
      }
    }
  }
}

# Nothing over plain HTTP (8.1.4.7a, 8.1.4.8a).
resource "tencentcloud_cos_bucket_policy" "this" {
  bucket = tencentcloud_cos_bucket.this.bucket
  policy = jsonencode({
    version = "2.0"
    Statement = [{
      Sid       = "deny-plain-http"
      Effect    = "Deny"
      Principal = { qcs = ["qcs::cam::anyone:anyone"] }
      Action    = ["name/cos:*"]
      Resource = [
        "qcs::cos:${var.region}:uid/${var.app_id}:${local.bucket}",
        "qcs::cos:${var.region}:uid/${var.app_id}:${local.bucket}/*",
      ]
      Condition = { bool_equal = { "cos:secure-transport" = "false" } }
    }]
  })
}
