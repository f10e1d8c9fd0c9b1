# Everything that follows from the level stands here, and only here.
locals {
  by_baseline = {
    mlps-l2 = {
      backup_days = 7
      # The smallest and the largest number of servers.
      servers = [2, 4]
    }
    mlps-l3 = {
      backup_days = 35
      servers     = [2, 8]
    }
  }
  policy = local.by_baseline[var.baseline]

  # 8.1.5.4c with the Cybersecurity Law, article 21: at least six months, at every level. A year, as the draft of 2026 asks;
  # CloudWatch Logs offers fixed steps only.
  log_days = 365

  # What the resources hold and who answers for them; change the class where it is more than general.
  tags = merge({ system = var.name, baseline = var.baseline, data-class = "general", owner = var.name }, var.tags)

  # Accounts of Elastic Load Balancing that deliver access logs, by region.
  balancer_accounts = {
    cn-north-1     = "638102146993"
    cn-northwest-1 = "037604701340"
  }

  # Names of buckets are the same in all of AWS China: they end with the account.
  buckets = {
    data                = "${var.name}-data-${var.account_id}"
    data_standby        = "${var.name}-data-standby-${var.account_id}"
    audit               = "${var.name}-audit-${var.account_id}"
    audit_standby       = "${var.name}-audit-standby-${var.account_id}"
    config              = "${var.name}-config-${var.account_id}"
    config_standby      = "${var.name}-config-standby-${var.account_id}"
    access_logs         = "${var.name}-access-logs-${var.account_id}"
    access_logs_standby = "${var.name}-access-logs-standby-${var.account_id}"
  }
}
