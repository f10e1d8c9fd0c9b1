resource "alicloud_resource_manager_resource_directory" "this" {
  status = "Enabled"
}

# 禁止删除、停用审计，禁止删除日志项目。
resource "alicloud_resource_manager_control_policy" "this" {
  policy_document = jsonencode({
    Version = "1"
    Statement = [{
      Effect   = "Deny"
      Action   = ["actiontrail:DeleteTrail", "actiontrail:StopLogging", "log:DeleteProject", "log:DeleteLogStore"]
      Resource = "*"
    }]
  })
}

# 目标：资源目录的 Root、资源夹或成员账号。
resource "alicloud_resource_manager_control_policy_attachment" "root" {
  policy_id = alicloud_resource_manager_control_policy.this.id
  target_id = var.organization_target_id
}

resource "alicloud_tag_policy_attachment" "root" {
  policy_id   = alicloud_tag_policy.this.id
  target_id   = var.organization_target_id
  target_type = "ROOT"
}

variable "organization_target_id" {
  description = "Root, folder or member account of the resource directory that the policy is for"
  type        = string
  default     = "r-000000"
}
