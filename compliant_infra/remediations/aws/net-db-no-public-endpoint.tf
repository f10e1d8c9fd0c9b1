# Reached from inside the VPC only; administration through a VPN or Session Manager.
resource "aws_db_instance" "this" {
  publicly_accessible = false
}

resource "aws_rds_cluster_instance" "this" {
  publicly_accessible = false
}

resource "aws_redshiftserverless_workgroup" "this" {
  publicly_accessible = false
}

resource "aws_dms_replication_instance" "this" {
  publicly_accessible = false
}

resource "aws_mq_broker" "this" {
  publicly_accessible = false
}

resource "aws_msk_cluster" "this" {
  broker_node_group_info {
    instance_type   = "kafka.m5.large" # keep the type, subnets and groups that are there
    client_subnets  = var.broker_subnet_ids
    security_groups = var.broker_security_group_ids
    connectivity_info {
      public_access {
        type = "DISABLED"
      }
    }
  }
}

variable "broker_subnet_ids" {
  description = "Subnets of the brokers"
  type        = list(string)
  default     = ["subnet-0a00000000000000a", "subnet-0b00000000000000b", "subnet-0c00000000000000c"]
}

variable "broker_security_group_ids" {
  description = "Security groups of the brokers"
  type        = list(string)
  default     = ["sg-0d00000000000000d"]
}
