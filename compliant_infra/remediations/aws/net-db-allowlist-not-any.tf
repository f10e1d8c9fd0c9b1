# A group of the data stores' own, which lets in the application's subnets on the database port.
resource "aws_security_group" "data_store" {
  name_prefix = "data-store-"
  description = "Data stores, reached from the application subnets"
  vpc_id      = var.data_vpc_id
  ingress {
    description = "Database port from the application subnets"
    protocol    = "tcp"
    from_port   = var.database_port
    to_port     = var.database_port
    cidr_blocks = var.database_client_cidrs
  }
}

resource "aws_db_instance" "this" {
  vpc_security_group_ids = [aws_security_group.data_store.id]
}

resource "aws_rds_cluster" "this" {
  vpc_security_group_ids = [aws_security_group.data_store.id]
}

variable "data_vpc_id" {
  description = "VPC of the data stores"
  type        = string
  default     = "vpc-0a00000000000000a"
}

variable "database_client_cidrs" {
  description = "Networks of the application"
  type        = list(string)
  default     = ["10.0.16.0/20"]
}

variable "database_port" {
  description = "Port of the database"
  type        = number
  default     = 5432
}
