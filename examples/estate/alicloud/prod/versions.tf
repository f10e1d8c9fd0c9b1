terraform {
  required_version = ">= 1.6"

  required_providers {
    alicloud = {
      source  = "aliyun/alicloud"
      version = "1.289.0"
    }
  }

  backend "oss" {
    bucket  = "qingyu-terraform-state"
    prefix  = "alicloud/prod"
    key     = "terraform.tfstate"
    region  = "cn-hangzhou"
    encrypt = true
  }
}

provider "alicloud" {
  region     = var.region
  account_id = var.account_id
}

# 异地灾备：华北 2（北京）
provider "alicloud" {
  alias      = "dr"
  region     = var.dr_region
  account_id = var.account_id
}
