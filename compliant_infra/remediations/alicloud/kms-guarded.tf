# deletion_window_in_days 是旧属性，与 pending_window_in_days 不能并存。
# 密钥策略：以具体的账号或角色代替主体 *（示例账号为密钥所属账号）。
resource "alicloud_kms_key" "this" {
  deletion_protection     = "Enabled"
  deletion_window_in_days = null
  pending_window_in_days  = 30
  policy = jsonencode({
    Version = "1"
    Statement = [{
      Sid       = "Administration"
      Effect    = "Allow"
      Principal = { RAM = ["acs:ram::${var.account_id}:*"] }
      Action    = ["kms:*"]
      Resource  = ["*"]
    }]
  })
}

resource "alicloud_kms_instance" "this" {
  deletion_protection = true
}

variable "account_id" {
  description = "Alibaba Cloud account that owns the key"
  type        = string
  default     = "1234567890123456"
}
