terraform {
  # Write-only arguments, which keep the password of the database out of the state, need 1.11.
  required_version = ">= 1.11.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "6.66.0"
    }
  }

  # Keep the state in an encrypted, versioned bucket of its own that only the pipeline may read, in the standby region:
  # it is needed when the primary one is lost. Make that bucket first, then uncomment and run
  # `terraform init -migrate-state`.
  # backend "s3" {
  #   region       = "cn-northwest-1"
  #   bucket       = "terraform-state-123456789012"
  #   key          = "prod/terraform.tfstate"
  #   encrypt      = true
  #   kms_key_id   = "arn:aws-cn:kms:cn-northwest-1:123456789012:alias/terraform-state"
  #   use_lockfile = true
  # }
}
