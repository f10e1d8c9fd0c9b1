# The parameter by which an engine refuses plain connections: require_secure_transport (MySQL, MariaDB, Aurora MySQL) or
# rds.force_ssl (PostgreSQL, SQL Server): for this.family write the family of the group. Keep the other parameters.
resource "aws_db_parameter_group" "this" {
  parameter {
    name  = startswith(aws_db_parameter_group.this.family, "postgres") ? "rds.force_ssl" : "require_secure_transport"
    value = "1"
  }
}

resource "aws_rds_cluster_parameter_group" "this" {
  parameter {
    name  = "require_secure_transport"
    value = "ON"
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
