# The parameter by which an engine refuses plain connections: of the two keep the one that fits the family of the group.
# The other parameters stay as they are.
resource "aws_db_parameter_group" "this" {
  # MySQL, MariaDB
  parameter {
    name  = "require_secure_transport"
    value = "1"
  }
  # PostgreSQL, SQL Server
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
}

resource "aws_rds_cluster_parameter_group" "this" {
  # Aurora MySQL
  parameter {
    name  = "require_secure_transport"
    value = "ON"
  }
  # Aurora PostgreSQL
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
}

resource "aws_db_parameter_group" "tls" {
  family = "mysql8.0"
  parameter {
    name  = "require_secure_transport"
    value = "1"
  }
}

resource "aws_db_instance" "this" {
  parameter_group_name = aws_db_parameter_group.tls.name
}

resource "aws_docdb_cluster_parameter_group" "this" {
  parameter {
    name  = "tls"
    value = "enabled"
  }
}

resource "aws_db_proxy" "this" {
  require_tls = true
}

resource "aws_elasticache_replication_group" "this" {
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
}

resource "aws_msk_cluster" "this" {
  encryption_info {
    encryption_in_transit {
      client_broker = "TLS"
      in_cluster    = true
    }
  }
}
