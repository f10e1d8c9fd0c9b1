# 只保留写入与读取；删除日志、停用审计由审计角色负责。
resource "alicloud_ram_policy" "this" {
  document = null
  policy_document = jsonencode({
    Version = "1"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["log:PostLogStoreLogs", "log:Get*", "log:List*"]
        Resource = "*"
      },
      {
        Effect   = "Deny"
        Action   = ["log:Delete*", "actiontrail:DeleteTrail", "actiontrail:StopLogging"]
        Resource = "*"
      },
    ]
  })
}

# 明确拒绝对附加到该角色的其他策略同样有效。
resource "alicloud_ram_policy" "keep_logs" {
  policy_name = "keep-logs-${alicloud_ram_role.this.role_name}"
  policy_document = jsonencode({
    Version = "1"
    Statement = [{
      Effect   = "Deny"
      Action   = ["log:Delete*", "actiontrail:DeleteTrail", "actiontrail:StopLogging"]
      Resource = "*"
    }]
  })
}

resource "alicloud_ram_role_policy_attachment" "keep_logs" {
  role_name   = alicloud_ram_role.this.role_name
  policy_name = alicloud_ram_policy.keep_logs.policy_name
  policy_type = "Custom"
}
