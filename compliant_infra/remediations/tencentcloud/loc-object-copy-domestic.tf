# 目标桶建在境内另一地域
resource "tencentcloud_cos_bucket" "this" {
  replica_rules {
    id                 = "shanghai"
    status             = "Enabled"
    destination_bucket = var.replica_bucket
  }
}

variable "replica_bucket" {
  description = "Destination in another region of mainland China, with versioning: qcs::cos:<region>::<bucket>-<APPID>"
  type        = string
  default     = "qcs::cos:ap-shanghai::dr-1250000000"
}
