# At most four hours; the role's users ask for less where they can.
resource "aws_iam_role" "this" {
  max_session_duration = 3600
}

resource "aws_ssoadmin_permission_set" "this" {
  session_duration = "PT4H"
}
