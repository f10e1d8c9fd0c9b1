provider "aws" {
  alias  = "ningxia"
  region = "cn-northwest-1"
}

# The replica is encrypted with a key of its own region and takes over by promotion.
resource "aws_db_instance" "standby" {
  provider            = aws.ningxia
  identifier          = "${aws_db_instance.this.identifier}-standby"
  replicate_source_db = aws_db_instance.this.arn
  instance_class      = aws_db_instance.this.instance_class
  storage_encrypted   = true
  kms_key_id          = var.second_region_key_arn

  enabled_cloudwatch_logs_exports = ["audit", "error"]
  tags = {
    data-class = "general" # as the first
    owner      = "ops"
  }
}

resource "aws_dynamodb_table" "this" {
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  replica {
    region_name            = "cn-northwest-1"
    point_in_time_recovery = true
  }
}

variable "second_region_key_arn" {
  description = "ARN of a KMS key in the second region"
  type        = string
  default     = "arn:aws-cn:kms:cn-northwest-1:123456789012:key/00000000-0000-0000-0000-000000000000"
}
