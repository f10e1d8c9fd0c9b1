# 目标桶建在境内另一地域
resource "tencentcloud_cos_bucket" "this" {
  replica_rules {
    id                 = "shanghai"
    status             = "Enabled"
    destination_bucket = "qcs::cos:ap-shanghai::dr-1250000000"
  }
}
