resource "aws_flow_log" "all_traffic" {
  vpc_id               = aws_vpc.this.id
  traffic_type         = "ALL"
  log_destination_type = "s3"
  log_destination      = var.flow_log_bucket_arn
}

resource "aws_flow_log" "all_traffic_of_default" {
  vpc_id               = aws_default_vpc.this.id
  traffic_type         = "ALL"
  log_destination_type = "s3"
  log_destination      = var.flow_log_bucket_arn
}

variable "flow_log_bucket_arn" {
  description = "ARN of the bucket that collects the flow logs"
  type        = string
  default     = "arn:aws-cn:s3:::central-flow-logs"
}

# An existing flow log of a VPC that lies elsewhere.
resource "aws_flow_log" "this" {
  traffic_type = "ALL"
}
