# MySQL and MariaDB write the audit log with the option MARIADB_AUDIT_PLUGIN in the option group; for PostgreSQL and its
# extension pgaudit the export is "postgresql".
resource "aws_db_instance" "this" {
  enabled_cloudwatch_logs_exports = ["audit", "error"]
}

# Aurora MySQL writes it with server_audit_logging = 1 in the parameter group of the cluster.
resource "aws_rds_cluster" "this" {
  enabled_cloudwatch_logs_exports = ["audit", "error"]
}

# useractivitylog needs the parameter enable_user_activity_logging = true.
resource "aws_redshift_logging" "audit" {
  cluster_identifier   = aws_redshift_cluster.this.cluster_identifier
  log_destination_type = "cloudwatch"
  log_exports          = ["connectionlog", "userlog", "useractivitylog"]
}
