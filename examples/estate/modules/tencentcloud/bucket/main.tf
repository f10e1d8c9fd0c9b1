locals {
  name = "${var.name}-${var.app_id}"
}

resource "tencentcloud_cos_bucket" "this" {
  bucket               = local.name
  acl                  = var.acl
  versioning_enable    = var.versioning
  encryption_algorithm = "KMS"
  kms_id               = var.kms_key_id
  multi_az             = true
  log_enable           = var.log_bucket != null
  log_target_bucket    = var.log_bucket
  log_prefix           = var.log_bucket == null ? null : "${var.name}/"
  replica_role         = var.replica == null ? null : var.replica.role
  tags                 = var.tags

  dynamic "replica_rules" {
    for_each = var.replica == null ? [] : [var.replica]

    content {
      id                 = "second-region"
      status             = "Enabled"
      destination_bucket = "qcs::cos:${replica_rules.value.region}::${replica_rules.value.bucket}"
    }
  }

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
      filter_prefix = ""

      expiration {
        days = lifecycle_rules.value
      }
    }
  }
}

resource "tencentcloud_cos_bucket_policy" "this" {
  count = var.https_only ? 1 : 0

  bucket = tencentcloud_cos_bucket.this.bucket
  policy = <<-JSON
    {
      "version": "2.0",
      "Statement": [
        {
          "Sid": "deny-plain-http",
          "Effect": "Deny",
          "Principal": { "qcs": ["qcs::cam::anyone:anyone"] },
          "Action": ["name/cos:*"],
          "Resource": [
            "qcs::cos:${var.region}:uid/${var.app_id}:${local.name}/*",
            "qcs::cos:${var.region}:uid/${var.app_id}:${local.name}"
          ],
          "Condition": { "bool_equal": { "cos:secure-transport": "false" } }
        }
      ]
    }
  JSON
}

output "bucket" {
  value = tencentcloud_cos_bucket.this.bucket
}
