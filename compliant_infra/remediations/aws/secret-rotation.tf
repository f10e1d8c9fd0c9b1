# 轮转函数可由 Secrets Manager 的模板创建。
resource "aws_secretsmanager_secret_rotation" "rotation" {
  secret_id           = aws_secretsmanager_secret.this.id
  rotation_lambda_arn = var.rotation_lambda_arn
  rotation_rules {
    automatically_after_days = 30
  }
}

resource "aws_secretsmanager_secret_rotation" "this" {
  rotation_rules {
    schedule_expression      = null
    automatically_after_days = 30
  }
}

variable "rotation_lambda_arn" {
  description = "ARN of the function that rotates this kind of secret"
  type        = string
  default     = "arn:aws-cn:lambda:cn-north-1:123456789012:function:rotate-secret"
}
