# One of core, important, sensitive-pi, pi, processing-record, ai-training, general.
resource "aws_s3_bucket" "this" {
  tags = {
    data-class = "general"
    owner      = "data-platform"
  }
}

resource "aws_db_instance" "this" {
  tags = {
    data-class = "general"
    owner      = "data-platform"
  }
}

resource "aws_dynamodb_table" "this" {
  tags = {
    data-class = "general"
    owner      = "data-platform"
  }
}

resource "aws_efs_file_system" "this" {
  tags = {
    data-class = "general"
    owner      = "data-platform"
  }
}
