# Give the program a role first (instance profile, IRSA), then delete the key.
removed {
  from = aws_iam_access_key.this
  lifecycle {
    destroy = true
  }
}
