# Credentials come from the environment (a role of the pipeline), never from files of this repository. Accounts of AWS
# China reach the partition aws-cn only.
provider "aws" {
  region              = var.region
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = local.tags
  }
}

# The other region of the partition: the replica of the database and the copies of objects and backups (8.1.4.9b).
provider "aws" {
  alias               = "standby"
  region              = var.standby_region
  allowed_account_ids = [var.account_id]

  default_tags {
    tags = local.tags
  }
}
