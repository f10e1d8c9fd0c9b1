resource "tencentcloud_kms_key" "this" {
  pending_delete_window_in_days = 30
}

resource "tencentcloud_kms_external_key" "this" {
  pending_delete_window_in_days = 30
}
