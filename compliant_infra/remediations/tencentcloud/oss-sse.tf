# 用自己的密钥加密；对已有对象不起作用，须重新写入。
resource "tencentcloud_cos_bucket" "this" {
  encryption_algorithm = "KMS"
  kms_id               = "00000000-0000-0000-0000-000000000000"
}
