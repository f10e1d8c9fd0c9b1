# 密钥须与副本在同一地域；镜像副本只能在创建时加密。
resource "alicloud_image_copy" "this" {
  encrypted  = true
  kms_key_id = "key-hzz0123456789abcdef"
}

resource "alicloud_copy_image" "this" {
  encrypted  = true
  kms_key_id = "key-hzz0123456789abcdef"
}

resource "alicloud_ecs_auto_snapshot_policy" "this" {
  copy_encryption_configuration {
    encrypted  = true
    kms_key_id = "key-shh0123456789abcdef"
  }
}

resource "alicloud_snapshot_policy" "this" {
  copy_encryption_configuration {
    encrypted  = true
    kms_key_id = "key-shh0123456789abcdef"
  }
}
