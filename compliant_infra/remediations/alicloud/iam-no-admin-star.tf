# 只写明所需的操作和资源；旧式 statement 块与 policy_document 不能并存，一并删去。
resource "alicloud_ram_policy" "this" {
  policy_document = jsonencode({
    Version = "1"
    Statement = [{
      Effect   = "Allow"
      Action   = ["oss:GetObject", "oss:ListObjects"]
      Resource = ["acs:oss:*:*:app-data", "acs:oss:*:*:app-data/*"]
    }]
  })
  dynamic "statement" {
    for_each = []
    content {}
  }
}

resource "alicloud_resource_manager_policy" "this" {
  policy_document = jsonencode({
    Version = "1"
    Statement = [{
      Effect   = "Allow"
      Action   = ["oss:GetObject", "oss:ListObjects"]
      Resource = ["acs:oss:*:*:app-data", "acs:oss:*:*:app-data/*"]
    }]
  })
}

# 以工作所需的系统策略或自定义策略代替 AdministratorAccess
resource "alicloud_ram_user_policy_attachment" "this" {
  policy_name = "AliyunECSReadOnlyAccess"
}

resource "alicloud_ram_role_policy_attachment" "this" {
  policy_name = "AliyunECSReadOnlyAccess"
}

resource "alicloud_resource_manager_policy_attachment" "this" {
  policy_name = "AliyunECSReadOnlyAccess"
}
