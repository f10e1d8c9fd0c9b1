# 中国区的自有证书经 IAM 上传；其他缓存行为同样设置 viewer_protocol_policy。
resource "aws_cloudfront_distribution" "this" {
  default_cache_behavior {
    allowed_methods        = ["GET", "HEAD"] # 保留原有的其他参数
    cached_methods         = ["GET", "HEAD"]
    target_origin_id       = "origin"
    viewer_protocol_policy = "redirect-to-https"
  }
  ordered_cache_behavior {
    path_pattern           = "/img/*"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    target_origin_id       = "origin"
    viewer_protocol_policy = "redirect-to-https"
  }
  viewer_certificate {
    cloudfront_default_certificate = null
    iam_certificate_id             = var.cdn_certificate_id
    ssl_support_method             = "sni-only"
    minimum_protocol_version       = "TLSv1.2_2021"
  }
}

variable "cdn_certificate_id" {
  description = "ID of the IAM server certificate for the domain names of the distribution"
  type        = string
  default     = "ASCAXXXXXXXXXXXXXXXXX"
}
