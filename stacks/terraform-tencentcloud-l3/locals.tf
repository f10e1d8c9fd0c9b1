# Everything that follows from the level stands here, and only here.
locals {
  by_baseline = {
    mlps-l2 = {
      backup_days   = 7
      snapshot_days = 7
      mysql_memory  = 4000
      # One replica, in the other zone.
      replicas = 1
    }
    mlps-l3 = {
      backup_days   = 30
      snapshot_days = 30
      mysql_memory  = 8000
      replicas      = 2
    }
  }
  policy = local.by_baseline[var.baseline]

  # 8.1.5.4c with the Cybersecurity Law, article 21: at least six months, at every level. A year, as the draft of 2026 asks;
  # databases offer fixed steps only.
  log_days       = 366
  audit_log_days = 365

  tags = merge({ system = var.name, baseline = var.baseline }, var.tags)
  # Data stores also say what they hold and who answers for it; change the class where it is more than general.
  data_tags = merge({ data-class = "general", owner = var.name }, local.tags)

  # Short names of the regions, as the log delivery of databases and WAF want them.
  short_regions = {
    ap-beijing   = "bj"
    ap-chengdu   = "cd"
    ap-guangzhou = "gz"
    ap-nanjing   = "nj"
    ap-shanghai  = "sh"
  }
  short_region = local.short_regions[var.region]

  # Redis names zones by number: the region's, and the number at the end of the zone's name.
  region_numbers = {
    ap-beijing   = 800000
    ap-chengdu   = 160000
    ap-guangzhou = 100000
    ap-nanjing   = 330000
    ap-shanghai  = 200000
  }
  zone_numbers = [
    for zone in var.zones :
    local.region_numbers[var.region] + tonumber(trimprefix(zone, "${var.region}-"))
  ]
}
