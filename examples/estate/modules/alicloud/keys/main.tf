# 密钥环：每个用途一把主密钥，便于单独吊销与审计
resource "alicloud_kms_key" "this" {
  for_each = var.keys

  description            = "${var.name} ${each.value.purpose}"
  key_usage              = "ENCRYPT/DECRYPT"
  key_spec               = each.value.spec
  protection_level       = each.value.protection_level
  automatic_rotation     = "Enabled"
  rotation_interval      = each.value.rotation_interval
  deletion_protection    = "Enabled"
  pending_window_in_days = each.value.pending_window_in_days
  tags                   = var.tags
}

resource "alicloud_kms_alias" "this" {
  for_each = alicloud_kms_key.this

  alias_name = "alias/${var.name}-${each.key}"
  key_id     = each.value.id
}

output "ids" {
  value = { for name, key in alicloud_kms_key.this : name => key.id }
}
