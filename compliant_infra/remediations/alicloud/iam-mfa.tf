resource "alicloud_ram_security_preference" "this" {
  mfa_operation_for_login = "mandatory"
}

resource "alicloud_ram_login_profile" "this" {
  mfa_bind_required = true
}

resource "alicloud_cloud_sso_directory" "this" {
  mfa_authentication_status = "Enabled"
}
