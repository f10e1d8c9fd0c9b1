terraform {
  required_version = ">= 1.7"

  required_providers {
    alicloud = {
      source  = "aliyun/alicloud"
      version = "= 1.289.0"
    }
  }

  # The state holds the password of the database account: keep it in a private, encrypted bucket with versions, read by
  # few. Make the bucket and the table of locks first, then take the comment signs away and run terraform init.
  # backend "oss" {
  #   bucket              = "REPLACE-terraform-state"
  #   prefix              = "state"
  #   region              = "cn-hangzhou"
  #   encrypt             = true
  #   acl                 = "private"
  #   tablestore_endpoint = "https://REPLACE.cn-hangzhou.ots.aliyuncs.com"
  #   tablestore_table    = "terraform_locks"
  # }
}
