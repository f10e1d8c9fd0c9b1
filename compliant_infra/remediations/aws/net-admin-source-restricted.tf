# 只允许办公网与 VPN 的出口地址；aws:ViaAWSService 放行云服务代为发起的调用。
resource "aws_iam_policy" "this" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "ListedAddressesOnly"
      Effect   = "Deny"
      Action   = "*"
      Resource = "*"
      Condition = {
        NotIpAddress = { "aws:SourceIp" = var.admin_cidrs }
        Bool         = { "aws:ViaAWSService" = "false" }
      }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "ListedAddressesOnly"
      Effect   = "Deny"
      Action   = "*"
      Resource = "*"
      Condition = {
        NotIpAddress = { "aws:SourceIp" = var.admin_cidrs }
        Bool         = { "aws:ViaAWSService" = "false" }
      }
    }]
  })
}

resource "aws_organizations_policy" "this" {
  content = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "ListedAddressesOnly"
      Effect   = "Deny"
      Action   = "*"
      Resource = "*"
      Condition = {
        NotIpAddress = { "aws:SourceIp" = var.admin_cidrs }
        Bool         = { "aws:ViaAWSService" = "false" }
      }
    }]
  })
}

variable "admin_cidrs" {
  description = "Addresses from which administrators come (office, VPN)"
  type        = list(string)
  default     = ["203.0.113.0/24", "198.51.100.7/32"]
}
