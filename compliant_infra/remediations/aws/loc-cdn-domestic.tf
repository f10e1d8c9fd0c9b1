# CloudFront outside the China regions has no nodes in mainland China: make the distribution with a provider of
# cn-north-1 or cn-northwest-1 instead (an account of AWS China). Until it takes over, this one delivers nothing.
removed {
  from = aws_cloudfront_distribution.this
  lifecycle {
    destroy = true
  }
}

removed {
  from = aws_cloudfront_multitenant_distribution.this
  lifecycle {
    destroy = true
  }
}
