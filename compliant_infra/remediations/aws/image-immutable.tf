resource "aws_ecr_repository" "this" {
  image_tag_mutability = "IMMUTABLE"
}

resource "aws_ecr_repository_creation_template" "this" {
  image_tag_mutability = "IMMUTABLE"
}
