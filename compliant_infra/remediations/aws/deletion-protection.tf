resource "aws_db_instance" "this" {
  deletion_protection       = true
  skip_final_snapshot       = false
  final_snapshot_identifier = var.final_snapshot_identifier
}

resource "aws_rds_cluster" "this" {
  deletion_protection       = true
  skip_final_snapshot       = false
  final_snapshot_identifier = var.final_snapshot_identifier
}

resource "aws_alb" "this" {
  enable_deletion_protection = true
}

resource "aws_eks_cluster" "this" {
  deletion_protection = true
}

variable "final_snapshot_identifier" {
  description = "Name of the snapshot that is taken when the database is deleted"
  type        = string
  default     = "main-final"
}
