resource "aws_kms_key" "this" {
  enable_key_rotation     = true
  rotation_period_in_days = 365
}
