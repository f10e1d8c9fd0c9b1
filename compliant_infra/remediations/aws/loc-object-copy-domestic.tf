# The destination lies in the other region in China.
resource "aws_s3_bucket_replication_configuration" "this" {
  rule {
    id     = "ningxia"
    status = "Enabled"
    destination {
      bucket = var.replica_bucket_arn
    }
  }
}

variable "replica_bucket_arn" {
  description = "ARN of the destination in the other region in China"
  type        = string
  default     = "arn:aws-cn:s3:::prod-ningxia"
}
