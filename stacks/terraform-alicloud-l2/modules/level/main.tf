# Everything that follows from the level, in this one place. GB/T 22239-2019, and JR/T 0071.2-2020 for financial systems.
locals {
  number    = tonumber(trimprefix(split("-", var.baseline)[1], "l"))
  financial = startswith(var.baseline, "financial-")

  # Six months: 8.1.3.5 and article 21 of the Cybersecurity Law; six full months for financial systems.
  least_log_retention_days = local.financial ? 183 : 180
  log_retention_days       = max(local.least_log_retention_days, coalesce(var.log_retention_days, 0))
  # RDS keeps audit records for one of these numbers of days.
  sql_audit_days = [for days in [30, 180, 365, 1095, 1825] : days if days >= local.log_retention_days][0]
}
