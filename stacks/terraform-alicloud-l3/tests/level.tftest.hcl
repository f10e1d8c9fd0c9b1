# What follows from the level, each in one place.
variables {
  baseline = "mlps-l3"
}

run "level_3" {
  command = plan

  module {
    source = "./modules/level"
  }

  assert {
    condition     = output.settings.number == 3 && !output.settings.financial
    error_message = "mlps-l3 is level 3, and no financial system."
  }
  assert {
    condition     = output.settings.log_retention_days == 180 && output.settings.sql_audit_days == 180
    error_message = "Logs are kept for six months (8.1.3.5)."
  }
}

run "level_3_financial" {
  command = plan

  module {
    source = "./modules/level"
  }

  variables {
    baseline = "financial-l3"
  }

  assert {
    condition     = output.settings.log_retention_days == 183 && output.settings.sql_audit_days == 365
    error_message = "Financial systems keep logs for six full months; RDS offers no number between 180 and 365."
  }
  assert {
    condition     = length(output.settings.backup_weekdays) == 7
    error_message = "Financial systems are backed up every day."
  }
}

run "longer_than_the_level_asks" {
  command = plan

  module {
    source = "./modules/level"
  }

  variables {
    log_retention_days = 365
  }

  assert {
    condition     = output.settings.log_retention_days == 365 && output.settings.sql_audit_days == 365
    error_message = "More than the level asks for is kept where it is asked for."
  }
}
