# 加密只能在创建时选择：已有的实例用加密的快照副本恢复。密钥换成自己的。
variable "db_kms_key_arn" {
  description = "ARN of the KMS key for databases"
  type        = string
  default     = "arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
}

resource "aws_db_instance" "this" {
  storage_encrypted = true
  kms_key_id        = var.db_kms_key_arn
}

resource "aws_rds_cluster" "this" {
  storage_encrypted = true
  kms_key_id        = var.db_kms_key_arn
}

resource "aws_docdb_cluster" "this" {
  storage_encrypted = true
  kms_key_id        = var.db_kms_key_arn
}

resource "aws_elasticache_replication_group" "this" {
  at_rest_encryption_enabled = true
  kms_key_id                 = var.db_kms_key_arn
}
