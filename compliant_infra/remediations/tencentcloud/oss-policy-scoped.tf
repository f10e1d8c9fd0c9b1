# 以来源网段限定；只授权给个别账号时在 Principal 中写明账号编号。
# this.bucket 换成该策略自己的 bucket。
resource "tencentcloud_cos_bucket_policy" "this" {
  policy = jsonencode({
    version = "2.0"
    Statement = [{
      Effect    = "Allow"
      Principal = { qcs = ["qcs::cam::anyone:anyone"] }
      Action    = ["name/cos:GetObject"]
      Resource  = ["qcs::cos:${var.bucket_region}:uid/${regex("[0-9]+$", tencentcloud_cos_bucket_policy.this.bucket)}:${tencentcloud_cos_bucket_policy.this.bucket}/*"]
      Condition = { ip_equal = { "qcs:ip" = var.bucket_client_cidrs } }
    }]
  })
}

# 来源白名单不放行空 Referer
resource "tencentcloud_cos_bucket_referer" "this" {
  empty_refer_configuration = "Deny"
}

variable "bucket_client_cidrs" {
  description = "Networks of the clients of the bucket"
  type        = list(string)
  default     = ["10.0.16.0/20"]
}

variable "bucket_region" {
  description = "Region of the bucket"
  type        = string
  default     = "ap-guangzhou"
}
