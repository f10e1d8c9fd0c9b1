# In the regions in China, which have accounts of their own, a symmetric key is an SM4 key. For signatures:
# customer_master_key_spec = "SM2", key_usage = "SIGN_VERIFY".
provider "aws" {
  alias   = "china"
  region  = "cn-north-1"
  profile = "china"
}

resource "aws_kms_key" "this" {
  provider                 = aws.china
  customer_master_key_spec = "SYMMETRIC_DEFAULT"
  key_usage                = "ENCRYPT_DECRYPT"
  enable_key_rotation      = true
}
