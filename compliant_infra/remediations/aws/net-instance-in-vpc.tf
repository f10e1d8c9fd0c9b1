# 子网组与子网属于本系统自己的 VPC，不用默认 VPC。
variable "private_subnet_ids" {
  description = "Private subnets of the system, in its own VPC"
  type        = list(string)
  default     = ["subnet-0a00000000000000a", "subnet-0b00000000000000b"]
}

variable "data_subnet_group" {
  description = "Subnet group of the data stores, in the VPC of the system"
  type        = string
  default     = "data-private"
}

resource "aws_instance" "this" {
  subnet_id = var.private_subnet_ids[0]
}

resource "aws_db_instance" "this" {
  db_subnet_group_name = var.data_subnet_group
}

resource "aws_rds_cluster" "this" {
  db_subnet_group_name = var.data_subnet_group
}

resource "aws_docdb_cluster" "this" {
  db_subnet_group_name = var.data_subnet_group
}

resource "aws_redshift_cluster" "this" {
  cluster_subnet_group_name = var.data_subnet_group
}

resource "aws_opensearch_domain" "this" {
  vpc_options {
    subnet_ids         = var.private_subnet_ids
    security_group_ids = var.data_security_group_ids
  }
}

variable "data_security_group_ids" {
  description = "Security groups of the data stores"
  type        = list(string)
  default     = ["sg-0d00000000000000d"]
}
