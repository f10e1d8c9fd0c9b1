resource "aws_db_instance" "this" {
  deletion_protection       = true
  skip_final_snapshot       = false
  final_snapshot_identifier = "main-final"
}

resource "aws_rds_cluster" "this" {
  deletion_protection       = true
  skip_final_snapshot       = false
  final_snapshot_identifier = "main-final"
}

resource "aws_alb" "this" {
  enable_deletion_protection = true
}

resource "aws_eks_cluster" "this" {
  deletion_protection = true
}
