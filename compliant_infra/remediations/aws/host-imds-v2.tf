resource "aws_instance" "this" {
  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "required"
  }
}

resource "aws_launch_template" "this" {
  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "required"
  }
}

resource "aws_launch_configuration" "this" {
  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "required"
  }
}
