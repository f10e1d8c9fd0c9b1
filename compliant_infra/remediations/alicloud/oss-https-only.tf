# 拒绝明文请求；已有策略时把这一条语句加进去，保留原有语句。
resource "alicloud_oss_bucket" "this" {
  policy = null
}

resource "alicloud_oss_bucket_policy" "https_only" {
  bucket = alicloud_oss_bucket.this.bucket
  policy = jsonencode({
    Version = "1"
    Statement = [{
      Effect    = "Deny"
      Principal = ["*"]
      Action    = ["oss:*"]
      Resource  = ["acs:oss:*:*:${alicloud_oss_bucket.this.bucket}", "acs:oss:*:*:${alicloud_oss_bucket.this.bucket}/*"]
      Condition = { Bool = { "acs:SecureTransport" = ["false"] } }
    }]
  })
}

# 已有的策略：this.bucket 换成该策略自己的 bucket
resource "alicloud_oss_bucket_policy" "this" {
  policy = jsonencode({
    Version = "1"
    Statement = [{
      Effect    = "Deny"
      Principal = ["*"]
      Action    = ["oss:*"]
      Resource = [
        "acs:oss:*:*:${alicloud_oss_bucket_policy.this.bucket}",
        "acs:oss:*:*:${alicloud_oss_bucket_policy.this.bucket}/*",
      ]
      Condition = { Bool = { "acs:SecureTransport" = ["false"] } }
    }]
  })
}
