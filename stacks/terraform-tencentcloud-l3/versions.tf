terraform {
  required_version = ">= 1.7.0"

  required_providers {
    tencentcloud = {
      source  = "tencentcloudstack/tencentcloud"
      version = "1.83.25"
    }
  }

  # The state holds the passwords of the databases. Keep it in an encrypted, versioned bucket of its own that only the
  # pipeline may read; make that bucket first, then uncomment and run `terraform init -migrate-state`.
  # backend "cos" {
  #   region  = "ap-shanghai"
  #   bucket  = "terraform-state-1250000000"
  #   prefix  = "prod"
  #   encrypt = true
  #   acl     = "private"
  # }
}
