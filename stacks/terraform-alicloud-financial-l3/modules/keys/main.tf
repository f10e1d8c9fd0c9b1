# 8.1.4.8 and 8.1.10.9: customer keys in a KMS instance, one for each purpose. Outside of an instance an account has one
# key a region, which takes no policy. SM keys are in hardware: keys of the hardware edition do not rotate by themselves.
resource "alicloud_kms_key" "this" {
  for_each = var.purposes

  description                     = "${each.value} of ${var.name}"
  dkms_instance_id                = var.kms_instance_id
  key_spec                        = var.level.national_cryptography ? "Aliyun_SM4" : "Aliyun_AES_256"
  key_usage                       = "ENCRYPT/DECRYPT"
  origin                          = "Aliyun_KMS"
  protection_level                = var.level.national_cryptography ? "HSM" : "SOFTWARE"
  automatic_rotation              = var.level.national_cryptography ? null : "Enabled"
  rotation_interval               = var.level.national_cryptography ? null : "${var.level.key_rotation_days}d"
  pending_window_in_days          = var.level.key_deletion_window_days
  deletion_protection             = "Enabled"
  deletion_protection_description = "Data that this key encrypts is lost with it"
  tags                            = var.tags
}

resource "alicloud_kms_alias" "this" {
  for_each = var.purposes

  alias_name = "alias/${var.name}/${each.key}"
  key_id     = alicloud_kms_key.this[each.key].id
}
