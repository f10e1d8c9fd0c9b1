mock_provider "alicloud" {}

variables {
  name            = "shop"
  kms_instance_id = "kst-mock"
  tags            = {}
}

run "keys_rotate" {
  command = plan

  module {
    source = "./modules/keys"
  }

  variables {
    level = { national_cryptography = false, key_rotation_days = 365, key_deletion_window_days = 30 }
  }

  assert {
    condition     = alltrue([for item in alicloud_kms_key.this : item.rotation_interval == "365d"])
    error_message = "Keys rotate once a year."
  }
}

run "sm_keys_are_in_hardware" {
  command = plan

  module {
    source = "./modules/keys"
  }

  variables {
    level = { national_cryptography = true, key_rotation_days = 365, key_deletion_window_days = 30 }
  }

  assert {
    condition     = alltrue([for item in alicloud_kms_key.this : item.key_spec == "Aliyun_SM4" && item.protection_level == "HSM"])
    error_message = "SM4 keys in hardware."
  }
  assert {
    condition     = alltrue([for item in alicloud_kms_key.this : item.deletion_protection == "Enabled"])
    error_message = "Nobody deletes a key by accident."
  }
}
