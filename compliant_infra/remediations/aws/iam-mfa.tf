# Without a second factor a console user can only register one. Users may share the group.
resource "aws_iam_group" "console" {
  name = "${aws_iam_user_login_profile.this.user}-console"
}

resource "aws_iam_user_group_membership" "console" {
  user   = aws_iam_user_login_profile.this.user
  groups = [aws_iam_group.console.name]
}

resource "aws_iam_group_policy" "mfa" {
  name  = "deny-without-mfa"
  group = aws_iam_group.console.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "DenyWithoutSecondFactor"
      Effect = "Deny"
      NotAction = [
        "iam:CreateVirtualMFADevice",
        "iam:EnableMFADevice",
        "iam:GetUser",
        "iam:ListMFADevices",
        "iam:ListVirtualMFADevices",
        "iam:ResyncMFADevice",
        "iam:ChangePassword",
        "sts:GetSessionToken",
      ]
      Resource  = "*"
      Condition = { BoolIfExists = { "aws:MultiFactorAuthPresent" = "false" } }
    }]
  })
}
