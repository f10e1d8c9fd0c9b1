# The name cannot be changed in place: the change replaces the database, so restore its data into the new one.
resource "aws_db_instance" "this" {
  username = "app_owner"
}

resource "aws_rds_cluster" "this" {
  master_username = "app_owner"
}

resource "aws_docdb_cluster" "this" {
  master_username = "app_owner"
}

resource "aws_redshift_cluster" "this" {
  master_username = "app_owner"
}
