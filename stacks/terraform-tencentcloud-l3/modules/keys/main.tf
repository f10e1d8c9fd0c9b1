# One key for each purpose, rotated every year (8.1.4.8b; GM/T 0054), and thirty days to notice a deletion.
resource "tencentcloud_kms_key" "this" {
  for_each = toset(var.purposes)

  alias                         = "${var.name}-${each.key}"
  description                   = "Encrypts the ${each.key} data of ${var.name}."
  key_usage                     = "ENCRYPT_DECRYPT"
  key_rotation_enabled          = true
  pending_delete_window_in_days = 30
  tags                          = var.tags

  lifecycle {
    # What a deleted key encrypted cannot be read again.
    prevent_destroy = true
  }
}
