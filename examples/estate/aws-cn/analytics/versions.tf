terraform {
  required_version = ">= 1.6"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region = var.region
}

variable "region" {
  type    = string
  default = "cn-northwest-1"
}

variable "allow_public_notebook" {
  description = "由数据团队在流水线里决定"
  type        = bool
}

variable "lake_key_arn" {
  type = string
}

# 网络由 aws-cn/prod 提供
data "terraform_remote_state" "prod" {
  backend = "s3"

  config = {
    bucket = "qingyu-cn-terraform-state"
    key    = "aws-cn/prod/terraform.tfstate"
    region = "cn-north-1"
  }
}
