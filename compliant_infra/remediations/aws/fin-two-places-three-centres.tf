# Two zones here, and a replica in the region of the provider aws.remote.
resource "aws_db_instance" "this" {
  multi_az = true
}

resource "aws_db_instance" "standby" {
  provider                        = aws.remote
  replicate_source_db             = aws_db_instance.this.arn
  instance_class                  = "db.m6g.large"
  multi_az                        = true
  storage_encrypted               = true
  kms_key_id                      = var.standby_key_arn
  db_subnet_group_name            = var.standby_subnet_group
  publicly_accessible             = false
  deletion_protection             = true
  backup_retention_period         = 7
  enabled_cloudwatch_logs_exports = ["audit", "error"]
  tags = {
    dr-tier    = "1"
    rto        = "30"
    rpo        = "5"
    data-class = "core"
    owner      = "core-banking"
  }
}

variable "standby_key_arn" {
  description = "ARN of a KMS key in the region of the standby"
  type        = string
  default     = "arn:aws-cn:kms:cn-northwest-1:123456789012:key/00000000-0000-0000-0000-000000000000"
}

variable "standby_subnet_group" {
  description = "Subnet group for databases in the region of the standby"
  type        = string
  default     = "standby"
}

resource "aws_dynamodb_table" "this" {
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  replica {
    region_name            = "cn-northwest-1"
    point_in_time_recovery = true
  }
  tags = {
    dr-tier    = "1"
    rto        = "30"
    rpo        = "5"
    data-class = "core"
    owner      = "core-banking"
  }
}
