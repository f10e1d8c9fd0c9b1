resource "aws_organizations_organization" "this" {
  feature_set          = "ALL"
  enabled_policy_types = ["SERVICE_CONTROL_POLICY"] # keep the others
}

# The trail and the logs stay, whatever an account's administrators may do.
resource "aws_organizations_policy" "this" {
  content = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Deny"
      Action   = ["cloudtrail:DeleteTrail", "cloudtrail:StopLogging", "logs:DeleteLogGroup"]
      Resource = "*"
    }]
  })
}

# The root, an organisational unit or an account.
resource "aws_organizations_policy_attachment" "root" {
  policy_id = aws_organizations_policy.this.id
  target_id = var.policy_target_id
}

variable "policy_target_id" {
  description = "Root, organisational unit or account to which the policy is attached"
  type        = string
  default     = "r-0000"
}
