# 加密密钥只能在创建备份库时设置。
resource "aws_backup_vault" "this" {
  kms_key_arn = var.backup_kms_key_arn
}

resource "aws_backup_logically_air_gapped_vault" "this" {
  encryption_key_arn = var.backup_kms_key_arn
}

variable "backup_kms_key_arn" {
  description = "ARN of the KMS key for backups"
  type        = string
  default     = "arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
}
