# A website at level 2. Every part is a module below modules/; what follows from the level is decided in modules/level
# alone. Clause numbers are those of GB/T 22239-2019; modules, which serve level 3 too, name those of level 3 (8.1).
locals {
  tags = merge({
    system        = var.name
    owner         = var.owner
    data-class    = var.data_class
    mlps-baseline = var.baseline
  }, var.tags)

  application_port = 8443
  data_ports       = [3306]

  # Names that the cloud fixes or wants unique over all accounts.
  event_store = "actiontrail_${var.name}-trail"
  buckets = {
    data         = "${var.name}-data-${var.account_id}"
    data_copy    = "${var.name}-data-${var.account_id}-copy"
    archive      = "${var.name}-archive-${var.account_id}"
    archive_copy = "${var.name}-archive-${var.account_id}-copy"
  }
}

module "level" {
  source = "./modules/level"

  baseline           = var.baseline
  log_retention_days = var.log_retention_days
}

# -- logs and audit: 7.1.3.5, 7.1.4.3 ------------------------------------------------------------------------------

module "logs" {
  source = "./modules/logs"

  name        = "${var.name}-logs-${var.account_id}"
  region      = var.region
  event_store = local.event_store
  stores = {
    (local.event_store) = "Events of the account"
    vpc-flow            = "Flow logs"
    alb-access          = "Access logs of the entry"
    waf-collected       = "Access logs of the web application firewall, collected"
    config-events       = "Changes and violations"
  }
  level = module.level.settings
  tags  = local.tags
}

# Locked bucket: the events of the account, and access logs of buckets.
module "archive" {
  source = "./modules/bucket"

  name   = local.buckets.archive
  locked = true
  level  = module.level.settings
  tags   = local.tags
}

module "archive_copy" {
  source    = "./modules/bucket"
  providers = { alicloud = alicloud.standby }

  name   = local.buckets.archive_copy
  locked = true
  level  = module.level.settings
  tags   = local.tags
}

module "archive_replication" {
  source = "./modules/bucket-copy"

  name          = "${var.name}-archive-replication"
  bucket        = module.archive.name
  target        = module.archive_copy.name
  target_region = var.standby_region
  level         = module.level.settings
  tags          = local.tags
}

module "audit" {
  source = "./modules/audit"
  providers = {
    alicloud            = alicloud
    alicloud.collection = alicloud.collection
  }

  name       = var.name
  account_id = var.account_id
  region     = var.region
  bucket     = module.archive.name
  project    = module.logs.project
  store      = module.logs.stores[local.event_store]
  collected  = { waf = module.logs.stores["waf-collected"] }
  level      = module.level.settings
  tags       = local.tags
}

# -- the network: 7.1.2.1, 7.1.3.2 ---------------------------------------------------------------------------------

module "network" {
  source = "./modules/network"

  name             = var.name
  region           = var.region
  zones            = var.zones
  cidr_block       = var.cidr_block
  application_port = local.application_port
  data_ports       = local.data_ports
  flow_log         = { project = module.logs.project, store = module.logs.stores["vpc-flow"] }
  level            = module.level.settings
  tags             = local.tags
}

# -- entry, servers, data ------------------------------------------------------------------------------------------

module "entry" {
  source = "./modules/entry"

  name              = "${var.name}-entry"
  vpc_id            = module.network.vpc_id
  zones             = module.network.zones
  vswitch_ids       = module.network.public_vswitch_ids
  security_group_id = module.network.entry_security_group_id
  certificate_id    = var.certificate_id
  backend_port      = local.application_port
  health_check_path = var.health_check_path
  access_log        = { project = module.logs.project, store = module.logs.stores["alb-access"] }
  level             = module.level.settings
  tags              = local.tags
}

# The record of the domain: it has to be in Alibaba Cloud DNS, or be made elsewhere by hand.
resource "alicloud_alidns_record" "website" {
  count = var.dns_zone == null ? 0 : 1

  domain_name = var.dns_zone
  rr          = var.domain == var.dns_zone ? "@" : trimsuffix(var.domain, ".${var.dns_zone}")
  type        = "CNAME"
  value       = module.entry.dns_name
  ttl         = 600
}

module "servers" {
  source = "./modules/servers"

  name              = var.name
  image_id          = var.image_id
  instance_types    = var.instance_types
  size              = var.servers
  vswitch_ids       = module.network.application_vswitch_ids
  security_group_id = module.network.application_security_group_id
  server_group_id   = module.entry.server_group_id
  backend_port      = local.application_port
  bucket            = module.data.name
  level             = module.level.settings
  tags              = merge(local.tags, module.backups.tag)
}

module "database" {
  source = "./modules/database"

  name              = "${var.name}-database"
  account_id        = var.account_id
  instance_type     = var.database_instance_type
  storage_gb        = var.database_storage_gb
  vpc_id            = module.network.vpc_id
  zones             = module.network.zones
  vswitch_ids       = module.network.data_vswitch_ids
  client_cidr_block = module.network.application_cidr_block
  backup_region     = var.standby_region
  database          = replace(var.name, "-", "_")
  accounts          = ["application"]
  passwords         = { application = var.database_password }
  level             = module.level.settings
  tags              = local.tags
}

module "data" {
  source = "./modules/bucket"

  name       = local.buckets.data
  log_bucket = module.archive.name
  level      = module.level.settings
  tags       = merge(local.tags, module.backups.tag)
}

module "data_copy" {
  source    = "./modules/bucket"
  providers = { alicloud = alicloud.standby }

  name       = local.buckets.data_copy
  log_bucket = module.archive_copy.name
  level      = module.level.settings
  tags       = local.tags
}

module "data_replication" {
  source = "./modules/bucket-copy"

  name          = "${var.name}-data-replication"
  bucket        = module.data.name
  target        = module.data_copy.name
  target_region = var.standby_region
  level         = module.level.settings
  tags          = local.tags
}

module "backups" {
  source = "./modules/backups"
  providers = {
    alicloud         = alicloud
    alicloud.standby = alicloud.standby
  }

  name        = "${var.name}-backups"
  region      = var.region
  copy_region = var.standby_region
  level       = module.level.settings
}

# -- the account: 7.1.4.1, 7.1.5.1, 7.1.5.2 ------------------------------------------------------------------------

module "identity" {
  source = "./modules/identity"

  name           = var.name
  account_id     = var.account_id
  login_networks = var.login_networks
  level          = module.level.settings
  tags           = local.tags
}

module "threats" {
  source = "./modules/threats"

  name              = var.name
  vpc_id            = module.network.vpc_id
  vswitch_ids       = module.network.application_vswitch_ids
  security_group_id = module.network.application_security_group_id
  server_count      = var.servers.max
  data_discovery    = var.data_discovery
  level             = module.level.settings
}

module "monitoring" {
  source = "./modules/monitoring"
  providers = {
    alicloud         = alicloud
    alicloud.records = alicloud.records
  }

  name         = var.name
  region       = var.region
  mail         = var.alarm_mail
  event_log    = { project = module.logs.project, store = module.logs.stores[local.event_store] }
  database_ids = [module.database.id]
  level        = module.level.settings
}

module "runtime" {
  source = "./modules/runtime"

  name            = var.name
  account_id      = var.account_id
  region          = var.region
  allowed_regions = [var.region, var.standby_region]
  log             = { project = module.logs.project, store = module.logs.stores["config-events"] }
  level           = module.level.settings
}
