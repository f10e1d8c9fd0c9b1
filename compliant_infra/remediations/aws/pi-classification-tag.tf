# One of core, important, sensitive-pi, pi, processing-record, ai-training, general.
resource "aws_s3_bucket" "this" {
  tags = {
    data-class = var.data_class
    owner      = var.data_owner
  }
}

resource "aws_db_instance" "this" {
  tags = {
    data-class = var.data_class
    owner      = var.data_owner
  }
}

resource "aws_dynamodb_table" "this" {
  tags = {
    data-class = var.data_class
    owner      = var.data_owner
  }
}

resource "aws_efs_file_system" "this" {
  tags = {
    data-class = var.data_class
    owner      = var.data_owner
  }
}

variable "data_class" {
  description = "Class of the data: core, important, sensitive-pi, pi, processing-record, ai-training, general"
  type        = string
  default     = "general"
}

variable "data_owner" {
  description = "Who owns the data"
  type        = string
  default     = "data-platform"
}
