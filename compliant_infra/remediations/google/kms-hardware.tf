# 保护级别在创建密钥版本时决定:新建密钥并重新加密数据。
resource "google_kms_crypto_key" "this" {
  version_template {
    algorithm        = "GOOGLE_SYMMETRIC_ENCRYPTION"
    protection_level = "HSM"
  }
}
