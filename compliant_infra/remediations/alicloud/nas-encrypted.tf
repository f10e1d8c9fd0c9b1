# 2：用自建的密钥加密。只能在创建时选择。
resource "alicloud_nas_file_system" "this" {
  encrypt_type = 2
  kms_key_id   = var.nas_kms_key_id
}

variable "nas_kms_key_id" {
  description = "Key in the region of the file system"
  type        = string
  default     = "key-hzz000000000000000000"
}
