output "stream_arn" {
  description = "Delivery stream."
  value       = aws_kinesis_firehose_delivery_stream.this.arn
}
