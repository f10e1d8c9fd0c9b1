output "settings" {
  description = "What the level asks for; modules take from it what they need."
  value = {
    baseline              = var.baseline
    number                = local.number
    financial             = local.financial
    national_cryptography = var.national_cryptography

    log_retention_days = local.log_retention_days
    sql_audit_days     = local.sql_audit_days
    # 8.1.4.9: backups every day for financial systems, three times a week otherwise.
    backup_retention_days = 7
    backup_weekdays = local.financial ? [
      "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"
    ] : ["Monday", "Wednesday", "Friday"]
    # 8.1.4.1: passwords, failures and sessions.
    password_min_length   = 8
    password_max_age_days = local.financial ? 183 : 90
    password_reuse        = 3
    login_max_failures    = 5
    console_session_hours = 8
    role_session_seconds  = 14400
    idle_identity_days    = 90
    # Keys: at least once a year a new one, thirty days to think about a deletion.
    key_rotation_days        = 365
    key_deletion_window_days = 30
    # 8.1.2.1: the most that an address of the entry takes in Mbit/s, paid by traffic, and the zones that it lies in.
    entry_bandwidth_mbps = 100
    min_zones            = 2
  }
}
