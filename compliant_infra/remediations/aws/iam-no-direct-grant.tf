# Attach the policies to a group (aws_iam_group_policy_attachment), put the users into it
# (aws_iam_user_group_membership), then delete what hangs on single users.
removed {
  from = aws_iam_user_policy_attachment.this
  lifecycle {
    destroy = true
  }
}

removed {
  from = aws_iam_user_policy.this
  lifecycle {
    destroy = true
  }
}

removed {
  from = aws_iam_group_membership.this
  lifecycle {
    destroy = true
  }
}

resource "aws_iam_policy_attachment" "this" {
  users = []
}

resource "aws_iam_user_policy_attachments_exclusive" "this" {
  policy_arns = []
}

resource "aws_ssoadmin_account_assignment" "this" {
  principal_type = "GROUP"
  principal_id   = var.group_id
}

variable "group_id" {
  description = "ID of the group in the identity store"
  type        = string
  default     = "00000000-0000-0000-0000-000000000000"
}
