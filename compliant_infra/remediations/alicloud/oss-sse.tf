# 用自己的密钥加密；对已有对象不起作用，须重新写入。
resource "alicloud_oss_bucket_server_side_encryption" "sse" {
  bucket              = alicloud_oss_bucket.this.bucket
  sse_algorithm       = "KMS"
  kms_data_encryption = "SM4"
  kms_master_key_id   = var.bucket_kms_key_id
}

variable "bucket_kms_key_id" {
  description = "Key in the region of the bucket"
  type        = string
  default     = "key-hzz000000000000000000"
}
