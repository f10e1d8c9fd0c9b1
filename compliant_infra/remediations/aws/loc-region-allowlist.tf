# The regions in China, cn-north-1 and cn-northwest-1, need an account of their own.
provider "aws" {
  region = "cn-north-1"
}

resource "aws_s3_bucket" "this" {
  region = "cn-north-1"
}

resource "aws_subnet" "this" {
  availability_zone = "cn-north-1a"
}
