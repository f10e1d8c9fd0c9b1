# 密钥须与副本在同一地域；镜像副本只能在创建时加密。
resource "alicloud_image_copy" "this" {
  encrypted  = true
  kms_key_id = var.image_copy_kms_key_id
}

resource "alicloud_copy_image" "this" {
  encrypted  = true
  kms_key_id = var.image_copy_kms_key_id
}

resource "alicloud_ecs_auto_snapshot_policy" "this" {
  copy_encryption_configuration {
    encrypted  = true
    kms_key_id = var.snapshot_copy_kms_key_id
  }
}

resource "alicloud_snapshot_policy" "this" {
  copy_encryption_configuration {
    encrypted  = true
    kms_key_id = var.snapshot_copy_kms_key_id
  }
}

variable "image_copy_kms_key_id" {
  description = "Key in the region of the image copy"
  type        = string
  default     = "key-hzz0123456789abcdef"
}

variable "snapshot_copy_kms_key_id" {
  description = "Key in the region of the snapshot copies"
  type        = string
  default     = "key-shh0123456789abcdef"
}
