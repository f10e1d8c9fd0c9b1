# SM2 仅在中国区可用；保留原有的 subject。
resource "aws_acmpca_certificate_authority" "this" {
  certificate_authority_configuration {
    key_algorithm     = "SM2"
    signing_algorithm = "SM3WITHSM2"
    subject {
      common_name = "Example CA"
    }
  }
}

resource "aws_acmpca_certificate" "this" {
  signing_algorithm = "SM3WITHSM2"
}
