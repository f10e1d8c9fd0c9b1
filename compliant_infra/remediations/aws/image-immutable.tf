resource "aws_ecr_repository" "this" {
  image_tag_mutability = "IMMUTABLE"
}

resource "aws_ecr_repository_creation_template" "this" {
  image_tag_mutability = "IMMUTABLE"
}

# 公开仓库改为私有的 aws_ecr_repository
removed {
  from = aws_ecrpublic_repository.this
  lifecycle {
    destroy = true
  }
}
