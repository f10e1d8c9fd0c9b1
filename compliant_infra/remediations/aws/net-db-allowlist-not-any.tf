# A group of the data stores' own, which lets in the application's subnets on the database port.
resource "aws_security_group" "data_store" {
  name        = "data-store"
  description = "Data stores, reached from the application subnets"
  vpc_id      = "vpc-0a00000000000000a"
  ingress {
    description = "PostgreSQL from the application subnets"
    protocol    = "tcp"
    from_port   = 5432
    to_port     = 5432
    cidr_blocks = ["10.0.16.0/20"]
  }
}

resource "aws_db_instance" "this" {
  vpc_security_group_ids = [aws_security_group.data_store.id]
}

resource "aws_rds_cluster" "this" {
  vpc_security_group_ids = [aws_security_group.data_store.id]
}
