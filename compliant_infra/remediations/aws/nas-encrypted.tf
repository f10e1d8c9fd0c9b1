# 只能在创建时选择：已有的文件系统用 DataSync 迁移到加密的文件系统。
resource "aws_efs_file_system" "this" {
  encrypted  = true
  kms_key_id = var.nas_kms_key_arn
}

variable "nas_kms_key_arn" {
  description = "ARN of the KMS key for file systems"
  type        = string
  default     = "arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
}
