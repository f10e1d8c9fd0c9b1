# 只保留上传与读取；删除日志、停用审计由审计角色负责。
resource "tencentcloud_cam_policy" "this" {
  document = jsonencode({
    version   = "2.0"
    statement = [{ effect = "allow", action = ["cls:pushLog", "cls:getConfig", "cls:Describe*"], resource = ["*"] }]
  })
}

# 明确拒绝对附加到该角色的其他策略同样有效。
resource "tencentcloud_cam_policy" "keep_logs" {
  name = "keep-logs-${tencentcloud_cam_role.this.name}"
  document = jsonencode({
    version   = "2.0"
    statement = [{ effect = "deny", action = ["cls:Delete*", "cloudaudit:DeleteAuditTrack", "cloudaudit:StopLogging"], resource = ["*"] }]
  })
}

resource "tencentcloud_cam_role_policy_attachment" "keep_logs" {
  role_id   = tencentcloud_cam_role.this.id
  policy_id = tencentcloud_cam_policy.keep_logs.id
}
