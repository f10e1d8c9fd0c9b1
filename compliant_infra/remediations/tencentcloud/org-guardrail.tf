# 禁止停用审计、删除日志。
resource "tencentcloud_organization_org_manage_policy" "this" {
  content = jsonencode({
    version   = "2.0"
    statement = [{ effect = "deny", action = ["cloudaudit:StopLogging", "cloudaudit:DeleteAuditTrack", "cls:DeleteLogset", "cls:DeleteTopic"], resource = ["*"] }]
  })
}

# 目标：部门节点或成员账号。
resource "tencentcloud_organization_org_manage_policy_target" "root" {
  policy_id   = tencentcloud_organization_org_manage_policy.this.policy_id
  target_id   = var.policy_target_id
  target_type = "NODE"
}

variable "policy_target_id" {
  description = "Number of the department (node) to which the policy is bound"
  type        = number
  default     = 1001
}
