resource "aws_inspector2_organization_configuration" "this" {
  auto_enable {
    ec2 = true
    ecr = true
  }
}

resource "aws_ssm_patch_baseline" "this" {
  approval_rule {
    approve_after_days = 7
    compliance_level   = "HIGH"
    patch_filter {
      key    = "CLASSIFICATION"
      values = ["Security"]
    }
  }
}

resource "aws_ssm_association" "this" {
  schedule_expression = "cron(0 2 ? * SUN *)"
}
