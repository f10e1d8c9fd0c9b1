# Start empty and load masked or made-up data.
resource "aws_db_instance" "this" {
  engine                          = "mysql"
  snapshot_identifier             = null
  storage_encrypted               = true
  kms_key_id                      = var.test_key_arn
  db_subnet_group_name            = aws_db_subnet_group.test.name
  enabled_cloudwatch_logs_exports = ["audit"]
  tags = {
    data-class = "general"
    owner      = "qa"
  }
}

resource "aws_db_subnet_group" "test" {
  name       = "test"
  subnet_ids = var.test_subnet_ids
}

variable "test_subnet_ids" {
  description = "Subnets of the test network"
  type        = list(string)
  default     = ["subnet-0a1b2c3d", "subnet-1a2b3c4d"]
}

variable "test_key_arn" {
  description = "ARN of the KMS key of the test environment"
  type        = string
  default     = "arn:aws-cn:kms:cn-north-1:123456789012:key/00000000-0000-0000-0000-000000000000"
}

resource "aws_dynamodb_table" "this" {
  tags = {
    data-class = "general"
    owner      = "qa"
  }
}

removed {
  from = aws_vpc_peering_connection.this
  lifecycle {
    destroy = true
  }
}
