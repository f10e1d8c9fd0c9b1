resource "aws_ecr_repository" "this" {
  image_tag_mutability = "IMMUTABLE"
  dynamic "image_tag_mutability_exclusion_filter" {
    for_each = []
    content {}
  }
}

resource "aws_ecr_repository_creation_template" "this" {
  image_tag_mutability = "IMMUTABLE"
}
