mock_provider "alicloud" {}

variables {
  name  = "shop-archive-1234567890123456"
  level = { log_retention_days = 180, national_cryptography = false }
  tags  = { owner = "platform-team" }
}

run "logs_are_locked" {
  command = plan

  module {
    source = "./modules/bucket"
  }

  variables {
    locked = true
  }

  assert {
    condition     = alicloud_oss_bucket_worm.this[0].retention_period_in_days == 180
    error_message = "Logs can be neither changed nor deleted for as long as they have to be kept."
  }
  assert {
    condition     = length(alicloud_oss_bucket_versioning.this) == 0
    error_message = "A locked bucket has no versions."
  }
  assert {
    condition     = one(alicloud_oss_bucket.this.lifecycle_rule[0].expiration).days > 180
    error_message = "Logs do not expire while they are locked."
  }
}

run "data_have_versions" {
  command = plan

  module {
    source = "./modules/bucket"
  }

  assert {
    condition     = alicloud_oss_bucket_versioning.this[0].status == "Enabled"
    error_message = "What was overwritten or deleted can be had back."
  }
  assert {
    condition     = jsondecode(alicloud_oss_bucket_policy.this.policy).Statement[0].Condition.Bool["acs:SecureTransport"][0] == "false"
    error_message = "Requests without TLS are denied."
  }
  assert {
    condition     = alicloud_oss_bucket_server_side_encryption.this.sse_algorithm == "AES256"
    error_message = "Without a key of one's own, OSS encrypts with its own."
  }
}

run "sm4_with_a_key_of_ones_own" {
  command = plan

  module {
    source = "./modules/bucket"
  }

  variables {
    kms_key = { id = "key-mock" }
    level   = { log_retention_days = 183, national_cryptography = true }
  }

  assert {
    condition     = alicloud_oss_bucket_server_side_encryption.this.kms_data_encryption == "SM4"
    error_message = "SM algorithms encrypt objects where they are asked for."
  }
}
