resource "alicloud_ram_account_password_policy" "this" {
  minimum_password_length      = 12
  require_lowercase_characters = true
  require_uppercase_characters = true
  require_numbers              = true
  require_symbols              = true
  max_password_age             = 90
  password_reuse_prevention    = 5
}

resource "alicloud_ram_password_policy" "this" {
  minimum_password_length      = 12
  require_lowercase_characters = true
  require_uppercase_characters = true
  require_numbers              = true
  require_symbols              = true
  max_password_age             = 90
  password_reuse_prevention    = 5
}

resource "alicloud_cloud_sso_directory" "this" {
  password_policy {
    min_password_length           = 12
    max_password_age              = 90
    password_reuse_prevention     = 5
    password_not_contain_username = true
    max_login_attempts            = 5
  }
}
