# Replicas, copies and targets lie in the other region in China.
resource "aws_dynamodb_table" "this" {
  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"
  replica {
    region_name            = "cn-northwest-1"
    point_in_time_recovery = true
  }
}

resource "aws_redshift_snapshot_copy" "this" {
  destination_region = "cn-northwest-1"
}

resource "aws_dms_endpoint" "this" {
  server_name = var.target_server
}

resource "aws_dynamodb_table_replica" "this" {
  region = "cn-northwest-1"
}

variable "target_server" {
  description = "Host name of the target in mainland China"
  type        = string
  default     = "db.abc.rds.cn-northwest-1.amazonaws.com.cn"
}
