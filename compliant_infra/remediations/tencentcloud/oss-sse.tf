# 用自己的密钥加密；对已有对象不起作用，须重新写入。
resource "tencentcloud_cos_bucket" "this" {
  encryption_algorithm = "KMS"
  kms_id               = var.bucket_kms_key_id
}

variable "bucket_kms_key_id" {
  description = "ID of the KMS key for objects, in the region of the bucket"
  type        = string
  default     = "00000000-0000-0000-0000-000000000000"
}
