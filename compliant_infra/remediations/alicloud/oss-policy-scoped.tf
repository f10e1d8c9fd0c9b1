# 以来源 VPC 限定；只授权给个别账号时在 Principal 中写明账号编号。策略中的 this.bucket 换成该策略自己的 bucket。
resource "alicloud_oss_bucket_policy" "this" {
  policy = jsonencode({
    Version = "1"
    Statement = [{
      Effect    = "Allow"
      Principal = ["*"]
      Action    = ["oss:GetObject"]
      Resource  = ["acs:oss:*:*:${alicloud_oss_bucket_policy.this.bucket}/*"]
      Condition = { StringEquals = { "acs:SourceVpc" = [var.bucket_vpc_id] } }
    }]
  })
}

resource "alicloud_oss_bucket" "this" {
  policy = null
}

resource "alicloud_oss_bucket_policy" "scoped" {
  bucket = alicloud_oss_bucket.this.bucket
  policy = jsonencode({
    Version = "1"
    Statement = [{
      Effect    = "Allow"
      Principal = ["*"]
      Action    = ["oss:GetObject"]
      Resource  = ["acs:oss:*:*:${alicloud_oss_bucket.this.bucket}/*"]
      Condition = { StringEquals = { "acs:SourceVpc" = [var.bucket_vpc_id] } }
    }]
  })
}

# 来源白名单不放行空 Referer
resource "alicloud_oss_bucket_referer" "this" {
  allow_empty_referer = false
}

variable "bucket_vpc_id" {
  description = "VPC whose requests are allowed"
  type        = string
  default     = "vpc-bp1private0000000000"
}
