resource "alicloud_kms_secret" "this" {
  enable_automatic_rotation = true
  rotation_interval         = "30d"
}
