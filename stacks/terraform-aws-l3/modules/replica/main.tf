# A live replica of the database in the other region, with all that it needs once it is promoted (8.1.4.9b, 8.1.4.9c).
resource "aws_security_group" "this" {
  name        = "${var.name}-data"
  description = "Called by the servers only"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "app" {
  count = length(var.app_networks)

  security_group_id = aws_security_group.this.id
  description       = "servers"
  cidr_ipv4         = var.app_networks[count.index]
  ip_protocol       = "tcp"
  from_port         = 3306
  to_port           = 3306
}

resource "aws_db_subnet_group" "this" {
  name        = var.name
  description = "Data tier of ${var.name}."
  subnet_ids  = var.subnet_ids
}

resource "aws_db_parameter_group" "this" {
  name        = "${var.name}-mysql84"
  description = "TLS only."
  family      = "mysql8.4"

  parameter {
    name         = "require_secure_transport"
    value        = "1"
    apply_method = "immediate"
  }

  parameter {
    name         = "tls_version"
    value        = "TLSv1.2,TLSv1.3"
    apply_method = "pending-reboot"
  }
}

resource "aws_db_option_group" "this" {
  name                     = "${var.name}-mysql84"
  option_group_description = "Audit of ${var.name}."
  engine_name              = "mysql"
  major_engine_version     = "8.4"

  option {
    option_name = "MARIADB_AUDIT_PLUGIN"

    option_settings {
      name  = "SERVER_AUDIT_EVENTS"
      value = "CONNECT,QUERY_DDL,QUERY_DML,QUERY_DCL"
    }
  }
}

resource "aws_cloudwatch_log_group" "this" {
  for_each = toset(["audit", "error"])

  name              = "/aws/rds/instance/${var.name}/${each.key}"
  retention_in_days = var.log_days
  kms_key_id        = var.log_key_arn
}

resource "aws_db_instance" "this" {
  identifier            = var.name
  replicate_source_db   = var.source_arn
  instance_class        = var.instance_class
  max_allocated_storage = var.max_storage_gb
  storage_type          = "gp3"
  storage_encrypted     = true
  kms_key_id            = var.kms_key_arn
  multi_az              = true

  iam_database_authentication_enabled = true

  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [aws_security_group.this.id]
  publicly_accessible    = false

  parameter_group_name = aws_db_parameter_group.this.name
  option_group_name    = aws_db_option_group.this.name

  enabled_cloudwatch_logs_exports = ["audit", "error"]
  performance_insights_enabled    = true
  performance_insights_kms_key_id = var.kms_key_arn

  backup_retention_period    = var.backup_days
  backup_window              = "18:00-19:00"
  maintenance_window         = "sun:20:30-sun:21:30"
  copy_tags_to_snapshot      = true
  delete_automated_backups   = false
  auto_minor_version_upgrade = true
  deletion_protection        = true
  # A replica that is deleted has no final snapshot: its source has all that it had.
  skip_final_snapshot = true

  depends_on = [aws_cloudwatch_log_group.this]
}
