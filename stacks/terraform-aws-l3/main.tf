# -- keys ------------------------------------------------------------------------------------------------------------

module "keys" {
  source = "./modules/keys"

  name       = var.name
  region     = var.region
  account_id = var.account_id
}

module "standby_keys" {
  source = "./modules/keys"

  providers = {
    aws = aws.standby
  }

  name       = var.name
  region     = var.standby_region
  account_id = var.account_id
}

# -- buckets ---------------------------------------------------------------------------------------------------------

# Who reads and writes the other buckets and calls the entry. Log delivery writes with the keys of S3 only.
module "access_logs" {
  source = "./modules/bucket"

  bucket            = local.buckets.access_logs
  customer_key      = false
  account_id        = var.account_id
  region            = var.region
  log_sources       = "${var.name}-*"
  balancer_account  = local.balancer_accounts[var.region]
  expire_after_days = local.log_days

  replica = {
    bucket_arn = module.standby_access_logs.arn
    region     = var.standby_region
  }
}

module "standby_access_logs" {
  source = "./modules/bucket"

  providers = {
    aws = aws.standby
  }

  bucket            = local.buckets.access_logs_standby
  customer_key      = false
  account_id        = var.account_id
  region            = var.standby_region
  log_sources       = "${var.name}-*"
  balancer_account  = local.balancer_accounts[var.standby_region]
  expire_after_days = local.log_days
}

# Audit records, which nobody can change or delete before their time (8.1.5.4c).
module "audit_bucket" {
  source = "./modules/bucket"

  bucket            = local.buckets.audit
  account_id        = var.account_id
  region            = var.region
  kms_key_arn       = module.keys.key_arns["logs"]
  log_bucket        = module.access_logs.bucket
  lock_days         = local.log_days
  expire_after_days = local.log_days + 30
  trail_arn         = "arn:aws-cn:cloudtrail:${var.region}:${var.account_id}:trail/${var.name}"

  replica = {
    bucket_arn  = module.standby_audit_bucket.arn
    region      = var.standby_region
    kms_key_arn = module.standby_keys.key_arns["logs"]
  }
}

module "standby_audit_bucket" {
  source = "./modules/bucket"

  providers = {
    aws = aws.standby
  }

  bucket            = local.buckets.audit_standby
  account_id        = var.account_id
  region            = var.standby_region
  kms_key_arn       = module.standby_keys.key_arns["logs"]
  log_bucket        = module.standby_access_logs.bucket
  lock_days         = local.log_days
  expire_after_days = local.log_days + 30
}

# Config delivers to no bucket with a default lock: a pair of its own, in which each region also writes its records.
module "config_bucket" {
  source = "./modules/bucket"

  bucket            = local.buckets.config
  account_id        = var.account_id
  region            = var.region
  kms_key_arn       = module.keys.key_arns["logs"]
  log_bucket        = module.access_logs.bucket
  expire_after_days = local.log_days
  takes_config      = true

  replica = {
    bucket_arn  = module.standby_config_bucket.arn
    region      = var.standby_region
    kms_key_arn = module.standby_keys.key_arns["logs"]
  }
}

module "standby_config_bucket" {
  source = "./modules/bucket"

  providers = {
    aws = aws.standby
  }

  bucket            = local.buckets.config_standby
  account_id        = var.account_id
  region            = var.standby_region
  kms_key_arn       = module.standby_keys.key_arns["logs"]
  log_bucket        = module.standby_access_logs.bucket
  expire_after_days = local.log_days
  takes_config      = true
}

module "data_bucket" {
  source = "./modules/bucket"

  bucket      = local.buckets.data
  account_id  = var.account_id
  region      = var.region
  kms_key_arn = module.keys.key_arns["data"]
  log_bucket  = module.access_logs.bucket

  replica = {
    bucket_arn  = module.standby_data_bucket.arn
    region      = var.standby_region
    kms_key_arn = module.standby_keys.key_arns["data"]
  }
}

module "standby_data_bucket" {
  source = "./modules/bucket"

  providers = {
    aws = aws.standby
  }

  bucket      = local.buckets.data_standby
  account_id  = var.account_id
  region      = var.standby_region
  kms_key_arn = module.standby_keys.key_arns["data"]
  log_bucket  = module.standby_access_logs.bucket
}

# -- networks --------------------------------------------------------------------------------------------------------

module "network" {
  source = "./modules/network"

  name        = var.name
  account_id  = var.account_id
  region      = var.region
  cidr_block  = var.cidr_block
  zones       = var.zones
  log_key_arn = module.keys.key_arns["logs"]
  log_days    = local.log_days
}

module "firewall" {
  source = "./modules/firewall"

  name             = var.name
  region           = var.region
  zones            = var.zones
  network          = module.network
  outbound_domains = var.outbound_domains
  kms_key_arn      = module.keys.key_arns["data"]
  log_key_arn      = module.keys.key_arns["logs"]
  log_days         = local.log_days
}

module "standby_network" {
  source = "./modules/network"

  providers = {
    aws = aws.standby
  }

  name        = "${var.name}-standby"
  account_id  = var.account_id
  region      = var.standby_region
  cidr_block  = var.standby_cidr_block
  zones       = var.standby_zones
  log_key_arn = module.standby_keys.key_arns["logs"]
  log_days    = local.log_days
}

module "standby_firewall" {
  source = "./modules/firewall"
  count  = var.standby_active ? 1 : 0

  providers = {
    aws = aws.standby
  }

  name             = "${var.name}-standby"
  region           = var.standby_region
  zones            = var.standby_zones
  network          = module.standby_network
  outbound_domains = var.outbound_domains
  kms_key_arn      = module.standby_keys.key_arns["data"]
  log_key_arn      = module.standby_keys.key_arns["logs"]
  log_days         = local.log_days
}

# -- entry and application tiers -------------------------------------------------------------------------------------

module "entry" {
  source = "./modules/entry"

  name            = var.name
  vpc_id          = module.network.vpc_id
  subnet_ids      = module.network.subnet_ids["public"]
  app_networks    = module.network.networks["app"]
  certificate_arn = var.certificate_arn
  log_bucket      = module.access_logs.bucket
  log_key_arn     = module.keys.key_arns["logs"]
  log_days        = local.log_days

  # The bucket lets the balancer write before it tries to; nothing is public before the firewall stands.
  depends_on = [module.access_logs, module.firewall]
}

module "servers" {
  source = "./modules/servers"

  name               = var.name
  account_id         = var.account_id
  region             = var.region
  vpc_id             = module.network.vpc_id
  subnet_ids         = module.network.subnet_ids["app"]
  data_networks      = module.network.networks["data"]
  entry_group_id     = module.entry.security_group_id
  target_group_arn   = module.entry.target_group_arn
  image_id           = var.image_id
  instance_type      = var.instance_type
  sizes              = local.policy.servers
  kms_key_arn        = module.keys.key_arns["data"]
  log_key_arn        = module.keys.key_arns["logs"]
  session_log_group  = module.detection.session_log_group
  data_bucket        = local.buckets.data
  database_user      = "application"
  database_resources = [module.database.resource_id]
  tags               = local.tags
}

module "standby_entry" {
  source = "./modules/entry"
  count  = var.standby_active ? 1 : 0

  providers = {
    aws = aws.standby
  }

  name            = "${var.name}-standby"
  vpc_id          = module.standby_network.vpc_id
  subnet_ids      = module.standby_network.subnet_ids["public"]
  app_networks    = module.standby_network.networks["app"]
  certificate_arn = var.standby_certificate_arn
  log_bucket      = module.standby_access_logs.bucket
  log_key_arn     = module.standby_keys.key_arns["logs"]
  log_days        = local.log_days

  depends_on = [module.standby_access_logs, module.standby_firewall]
}

module "standby_servers" {
  source = "./modules/servers"
  count  = var.standby_active ? 1 : 0

  providers = {
    aws = aws.standby
  }

  name               = "${var.name}-standby"
  account_id         = var.account_id
  region             = var.standby_region
  vpc_id             = module.standby_network.vpc_id
  subnet_ids         = module.standby_network.subnet_ids["app"]
  data_networks      = module.standby_network.networks["data"]
  entry_group_id     = module.standby_entry[0].security_group_id
  target_group_arn   = module.standby_entry[0].target_group_arn
  image_id           = var.standby_image_id
  instance_type      = var.instance_type
  sizes              = local.policy.servers
  kms_key_arn        = module.standby_keys.key_arns["data"]
  log_key_arn        = module.standby_keys.key_arns["logs"]
  session_log_group  = module.standby_detection.session_log_group
  data_bucket        = local.buckets.data_standby
  database_user      = "application"
  database_resources = [module.replica.resource_id]
  tags               = local.tags
}

# -- data tier -------------------------------------------------------------------------------------------------------

module "database" {
  source = "./modules/database"

  name             = var.name
  instance_class   = var.database_class
  vpc_id           = module.network.vpc_id
  subnet_ids       = module.network.subnet_ids["data"]
  app_networks     = module.network.networks["app"]
  kms_key_arn      = module.keys.key_arns["data"]
  log_key_arn      = module.keys.key_arns["logs"]
  log_days         = local.log_days
  backup_days      = local.policy.backup_days
  password         = var.database_password
  password_version = var.database_password_version
}

module "replica" {
  source = "./modules/replica"

  providers = {
    aws = aws.standby
  }

  name           = "${var.name}-standby"
  source_arn     = module.database.arn
  max_storage_gb = module.database.max_storage_gb
  instance_class = var.database_class
  vpc_id         = module.standby_network.vpc_id
  subnet_ids     = module.standby_network.subnet_ids["data"]
  app_networks   = module.standby_network.networks["app"]
  kms_key_arn    = module.standby_keys.key_arns["data"]
  log_key_arn    = module.standby_keys.key_arns["logs"]
  log_days       = local.log_days
  backup_days    = local.policy.backup_days
}

module "backup" {
  source = "./modules/backup"

  providers = {
    aws         = aws
    aws.standby = aws.standby
  }

  name                = var.name
  account_id          = var.account_id
  kms_key_arn         = module.keys.key_arns["backup"]
  standby_kms_key_arn = module.standby_keys.key_arns["backup"]
  retention_days      = local.policy.backup_days
}

# -- records, detection and people -----------------------------------------------------------------------------------

module "audit" {
  source = "./modules/audit"

  name            = var.name
  region          = var.region
  account_id      = var.account_id
  bucket          = local.buckets.audit
  kms_key_arn     = module.keys.key_arns["logs"]
  log_days        = local.log_days
  alarm_addresses = var.alarm_addresses

  # The bucket is named by text, which tells of no order: its policy lets the trail in first.
  depends_on = [module.audit_bucket]
}

module "collection" {
  source = "./modules/collection"

  name            = var.name
  region          = var.region
  account_id      = var.account_id
  bucket_arn      = module.audit_bucket.arn
  kms_key_arn     = module.keys.key_arns["logs"]
  log_days        = local.log_days
  left_out_groups = [module.audit.trail_log_group]
}

module "standby_collection" {
  source = "./modules/collection"

  providers = {
    aws = aws.standby
  }

  name        = "${var.name}-standby"
  region      = var.standby_region
  account_id  = var.account_id
  bucket_arn  = module.standby_audit_bucket.arn
  kms_key_arn = module.standby_keys.key_arns["logs"]
  log_days    = local.log_days
}

module "detection" {
  source = "./modules/detection"

  name                   = var.name
  region                 = var.region
  account_id             = var.account_id
  config_bucket          = local.buckets.config
  kms_key_arn            = module.keys.key_arns["logs"]
  disk_key_arn           = module.keys.key_arns["data"]
  log_days               = local.log_days
  records_global_objects = true

  depends_on = [module.config_bucket]
}

module "standby_detection" {
  source = "./modules/detection"

  providers = {
    aws = aws.standby
  }

  name                   = "${var.name}-standby"
  region                 = var.standby_region
  account_id             = var.account_id
  config_bucket          = local.buckets.config_standby
  kms_key_arn            = module.standby_keys.key_arns["logs"]
  disk_key_arn           = module.standby_keys.key_arns["data"]
  log_days               = local.log_days
  records_global_objects = false

  depends_on = [module.standby_config_bucket]
}

module "identity" {
  source = "./modules/identity"

  name           = var.name
  account_id     = var.account_id
  admin_networks = var.admin_networks
}
