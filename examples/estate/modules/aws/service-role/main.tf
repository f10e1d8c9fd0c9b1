# 服务角色：信任策略只允许指定服务，权限策略逐条列出
resource "aws_iam_role" "this" {
  name                 = var.name
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { (var.principal.type) = var.principal.identifiers }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  count = length(var.statements) > 0 ? 1 : 0

  name = "inline"
  role = aws_iam_role.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for statement in var.statements : {
      Effect   = "Allow"
      Action   = statement.actions
      Resource = statement.resources
    }]
  })
}

resource "aws_iam_role_policy_attachment" "managed" {
  for_each = toset(var.managed_policies)

  role       = aws_iam_role.this.name
  policy_arn = "arn:aws-cn:iam::aws:policy/${each.value}"
}

output "arn" {
  value = aws_iam_role.this.arn
}

output "name" {
  value = aws_iam_role.this.name
}
