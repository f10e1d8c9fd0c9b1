# Writing and reading stay; deleting logs and stopping the trail is for the auditors' role.
resource "aws_iam_policy" "this" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:Describe*"], Resource = "*" }]
  })
}

resource "aws_iam_user_policy" "this" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["logs:Describe*", "logs:Get*"], Resource = "*" }]
  })
}

resource "aws_iam_group_policy" "this" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["logs:Describe*", "logs:Get*"], Resource = "*" }]
  })
}

resource "aws_iam_role_policy" "this" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:Describe*"], Resource = "*" }]
  })
}

# A denial holds against whatever else is attached to the role.
resource "aws_iam_role_policy" "keep_logs" {
  name = "keep-logs"
  role = aws_iam_role.this.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Deny", Action = ["logs:Delete*", "cloudtrail:DeleteTrail", "cloudtrail:StopLogging"], Resource = "*" }]
  })
}
