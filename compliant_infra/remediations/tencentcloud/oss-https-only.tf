# 拒绝明文请求。已有策略时把这一条语句加进去，保留原有语句。
resource "tencentcloud_cos_bucket_policy" "https_only" {
  bucket = tencentcloud_cos_bucket.this.bucket
  policy = jsonencode({
    version = "2.0"
    Statement = [{
      Effect    = "Deny"
      Principal = { qcs = ["qcs::cam::anyone:anyone"] }
      Action    = ["name/cos:*"]
      Resource  = ["qcs::cos:${var.bucket_region}:uid/${regex("[0-9]+$", tencentcloud_cos_bucket.this.bucket)}:${tencentcloud_cos_bucket.this.bucket}/*"]
      Condition = { bool_equal = { "cos:secure-transport" = "false" } }
    }]
  })
}

# 已有的策略：this.bucket 换成该策略自己的 bucket
resource "tencentcloud_cos_bucket_policy" "this" {
  policy = jsonencode({
    version = "2.0"
    Statement = [{
      Effect    = "Deny"
      Principal = { qcs = ["qcs::cam::anyone:anyone"] }
      Action    = ["name/cos:*"]
      Resource  = ["qcs::cos:${var.bucket_region}:uid/${regex("[0-9]+$", tencentcloud_cos_bucket_policy.this.bucket)}:${tencentcloud_cos_bucket_policy.this.bucket}/*"]
      Condition = { bool_equal = { "cos:secure-transport" = "false" } }
    }]
  })
}

variable "bucket_region" {
  description = "Region of the bucket"
  type        = string
  default     = "ap-guangzhou"
}
