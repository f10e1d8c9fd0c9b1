resource "alicloud_kms_key" "this" {
  automatic_rotation = "Enabled"
  rotation_interval  = "365d"
}
