resource "aws_db_instance" "this" {
  backup_retention_period = 30
}

resource "aws_docdb_cluster" "this" {
  backup_retention_period = 30
}

resource "aws_dynamodb_table" "this" {
  point_in_time_recovery {
    enabled = true
  }
}

resource "aws_elasticache_replication_group" "this" {
  snapshot_retention_limit = 30
}

resource "aws_memorydb_cluster" "this" {
  snapshot_retention_limit = 30
}
