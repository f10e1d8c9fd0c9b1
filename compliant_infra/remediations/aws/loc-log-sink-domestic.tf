# Streams and endpoints in the regions in China.
resource "aws_cloudwatch_log_destination" "this" {
  role_arn   = "arn:aws-cn:iam::123456789012:role/logs"
  target_arn = "arn:aws-cn:kinesis:cn-north-1:123456789012:stream/logs"
}

resource "aws_kinesis_firehose_delivery_stream" "this" {
  http_endpoint_configuration {
    url = "https://firehose.cn-north-1.amazonaws.com.cn/logs"
    s3_configuration {
      role_arn   = "arn:aws-cn:iam::123456789012:role/firehose"
      bucket_arn = "arn:aws-cn:s3:::logs"
    }
  }
}
