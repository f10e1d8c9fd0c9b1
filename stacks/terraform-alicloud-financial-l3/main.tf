# A financial system in two regions. Every part is a module below modules/; what follows from the level is
# decided in modules/level alone. Clause numbers are those of GB/T 22239-2019; JR/T 0071.2-2020 builds
# on them.
locals {
  tags = merge({
    system        = var.name
    owner         = var.owner
    data-class    = var.data_class
    mlps-baseline = var.baseline
    dr-tier       = var.recovery.tier
    rto           = var.recovery.time
    rpo           = var.recovery.point
  }, var.tags)

  application_port = 8443
  data_ports       = [3306, 6379]
  database         = replace(var.name, "-", "_")

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

  baseline              = var.baseline
  national_cryptography = var.national_cryptography
  log_retention_days    = var.log_retention_days
}

# -- keys: 8.1.4.8 -------------------------------------------------------------------------------------------------

module "keys" {
  source = "./modules/keys"

  name            = var.name
  kms_instance_id = var.kms_instance_id
  level           = module.level.settings
  tags            = local.tags
}

module "standby_keys" {
  source    = "./modules/keys"
  providers = { alicloud = alicloud.standby }

  name            = "${var.name}-standby"
  kms_instance_id = var.standby_kms_instance_id
  level           = module.level.settings
  tags            = local.tags
}

# -- logs and audit: 8.1.3.5, 8.1.4.3, 8.1.5.2, 8.1.5.4 -------------------------------------------------------------

module "logs" {
  source = "./modules/logs"

  name        = "${var.name}-logs-${var.account_id}"
  region      = var.region
  event_store = local.event_store
  stores = {
    (local.event_store) = "Events of the account"
    vpc-flow            = "Flow logs"
    alb-access          = "Access logs of the entry"
    alb-collected       = "Access logs of all entries, collected"
    waf-collected       = "Access logs of the web application firewall, collected"
    oss-collected       = "Access logs of buckets, collected"
    config-events       = "Changes and violations"
  }
  kms_key = { id = module.keys.ids["log"] }
  level   = module.level.settings
  tags    = local.tags
}

module "standby_logs" {
  source    = "./modules/logs"
  providers = { alicloud = alicloud.standby }

  name   = "${var.name}-standby-logs-${var.account_id}"
  region = var.standby_region
  stores = {
    vpc-flow   = "Flow logs"
    alb-access = "Access logs of the entry"
  }
  kms_key = { id = module.standby_keys.ids["log"] }
  level   = module.level.settings
  tags    = local.tags
}

# Locked buckets: the events of the account, and access logs of buckets.
module "archive" {
  source = "./modules/bucket"

  name    = local.buckets.archive
  locked  = true
  kms_key = { id = module.keys.ids["log"] }
  level   = module.level.settings
  tags    = local.tags
}

module "archive_copy" {
  source    = "./modules/bucket"
  providers = { alicloud = alicloud.standby }

  name    = local.buckets.archive_copy
  locked  = true
  kms_key = { id = module.standby_keys.ids["log"] }
  level   = module.level.settings
  tags    = local.tags
}

module "archive_replication" {
  source = "./modules/bucket-copy"

  name           = "${var.name}-archive-replication"
  bucket         = module.archive.name
  target         = module.archive_copy.name
  target_region  = var.standby_region
  target_kms_key = { id = module.standby_keys.ids["log"] }
  level          = module.level.settings
  tags           = local.tags
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
  collected = {
    alb = module.logs.stores["alb-collected"]
    waf = module.logs.stores["waf-collected"]
    oss = module.logs.stores["oss-collected"]
  }
  level = module.level.settings
  tags  = local.tags
}

# -- networks: 8.1.2.1, 8.1.3.2 ------------------------------------------------------------------------------------

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

module "standby_network" {
  source    = "./modules/network"
  providers = { alicloud = alicloud.standby }

  name             = "${var.name}-standby"
  region           = var.standby_region
  zones            = var.standby_zones
  cidr_block       = var.standby_cidr_block
  application_port = local.application_port
  data_ports       = local.data_ports
  flow_log         = { project = module.standby_logs.project, store = module.standby_logs.stores["vpc-flow"] }
  level            = module.level.settings
  tags             = local.tags
}

# -- tier 1, the entry: 8.1.3.1 to 8.1.3.4 -------------------------------------------------------------------------

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
  waf = var.national_cryptography ? {
    instance_id        = var.waf_instance_id
    domain             = var.domain
    sm2_certificate_id = var.sm2_certificate_id
    backup_backends    = [module.standby_entry.dns_name]
  } : null
  level = module.level.settings
  tags  = local.tags
}

module "standby_entry" {
  source    = "./modules/entry"
  providers = { alicloud = alicloud.standby }

  name              = "${var.name}-standby-entry"
  vpc_id            = module.standby_network.vpc_id
  zones             = module.standby_network.zones
  vswitch_ids       = module.standby_network.public_vswitch_ids
  security_group_id = module.standby_network.entry_security_group_id
  certificate_id    = var.standby_certificate_id
  backend_port      = local.application_port
  health_check_path = var.health_check_path
  access_log        = { project = module.standby_logs.project, store = module.standby_logs.stores["alb-access"] }
  level             = module.level.settings
  tags              = local.tags
}

module "failover" {
  source = "./modules/failover"

  name              = var.name
  domain            = var.domain
  primary           = module.entry.dns_name
  standby           = module.standby_entry.dns_name
  health_check_path = var.health_check_path
  contact_group     = module.monitoring.contact_group
}

# -- tier 2, the application: 8.1.4.1 to 8.1.4.6 -------------------------------------------------------------------

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
  kms_key           = { id = module.keys.ids["data"] }
  bucket            = module.data.name
  level             = module.level.settings
  tags              = merge(local.tags, module.backups.tag)
}

resource "alicloud_image_copy" "standby" {
  provider = alicloud.standby

  source_image_id  = var.image_id
  source_region_id = var.region
  image_name       = "${var.name}-standby"
  description      = "Servers of ${var.name}, for recovery"
  encrypted        = true
  kms_key_id       = module.standby_keys.ids["data"]
  tags             = local.tags
}

module "standby_servers" {
  source    = "./modules/servers"
  providers = { alicloud = alicloud.standby }

  name              = "${var.name}-standby"
  image_id          = alicloud_image_copy.standby.id
  instance_types    = var.instance_types
  size              = var.standby_servers
  vswitch_ids       = module.standby_network.application_vswitch_ids
  security_group_id = module.standby_network.application_security_group_id
  server_group_id   = module.standby_entry.server_group_id
  backend_port      = local.application_port
  kms_key           = { id = module.standby_keys.ids["data"] }
  bucket            = module.data_copy.name
  level             = module.level.settings
  tags              = local.tags
}

# -- tier 3, the data: 8.1.4.7 to 8.1.4.11 -------------------------------------------------------------------------

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
  kms_key           = { id = module.keys.ids["data"] }
  database          = local.database
  accounts          = ["application", "synchronization"]
  passwords = {
    application     = var.database_password
    synchronization = var.synchronization_password
  }
  level = module.level.settings
  tags  = local.tags
}

module "standby_database" {
  source    = "./modules/database"
  providers = { alicloud = alicloud.standby }

  name              = "${var.name}-standby-database"
  account_id        = var.account_id
  instance_type     = var.database_instance_type
  storage_gb        = var.database_storage_gb
  vpc_id            = module.standby_network.vpc_id
  zones             = module.standby_network.zones
  vswitch_ids       = module.standby_network.data_vswitch_ids
  client_cidr_block = module.standby_network.application_cidr_block
  backup_region     = var.region
  kms_key           = { id = module.standby_keys.ids["data"] }
  database          = local.database
  accounts          = ["application", "synchronization"]
  passwords = {
    application     = var.database_password
    synchronization = var.synchronization_password
  }
  level = module.level.settings
  tags  = local.tags
}

# 8.1.4.9 b: the standby follows within seconds.
module "database_sync" {
  source = "./modules/database-sync"

  name            = "${var.name}-database"
  source_instance = { id = module.database.id, region = var.region }
  target_instance = { id = module.standby_database.id, region = var.standby_region }
  database        = local.database
  account         = "synchronization"
  password        = var.synchronization_password

  # The accounts are there, with their rights.
  depends_on = [module.database, module.standby_database]
}

module "cache" {
  source = "./modules/cache"

  name              = "${var.name}-cache"
  account_id        = var.account_id
  instance_class    = var.cache_instance_class
  zones             = module.network.zones
  vswitch_ids       = module.network.data_vswitch_ids
  client_cidr_block = module.network.application_cidr_block
  kms_key           = { id = module.keys.ids["data"] }
  password          = var.cache_password
  level             = module.level.settings
  tags              = local.tags
}

module "standby_cache" {
  source    = "./modules/cache"
  providers = { alicloud = alicloud.standby }

  name              = "${var.name}-standby-cache"
  account_id        = var.account_id
  instance_class    = var.cache_instance_class
  zones             = module.standby_network.zones
  vswitch_ids       = module.standby_network.data_vswitch_ids
  client_cidr_block = module.standby_network.application_cidr_block
  kms_key           = { id = module.standby_keys.ids["data"] }
  password          = var.cache_password
  level             = module.level.settings
  tags              = local.tags
}

module "data" {
  source = "./modules/bucket"

  name       = local.buckets.data
  log_bucket = module.archive.name
  kms_key    = { id = module.keys.ids["data"] }
  level      = module.level.settings
  tags       = merge(local.tags, module.backups.tag)
}

module "data_copy" {
  source    = "./modules/bucket"
  providers = { alicloud = alicloud.standby }

  name       = local.buckets.data_copy
  log_bucket = module.archive_copy.name
  kms_key    = { id = module.standby_keys.ids["data"] }
  level      = module.level.settings
  tags       = local.tags
}

module "data_replication" {
  source = "./modules/bucket-copy"

  name           = "${var.name}-data-replication"
  bucket         = module.data.name
  target         = module.data_copy.name
  target_region  = var.standby_region
  target_kms_key = { id = module.standby_keys.ids["data"] }
  level          = module.level.settings
  tags           = local.tags
}

module "backups" {
  source = "./modules/backups"
  providers = {
    alicloud         = alicloud
    alicloud.standby = alicloud.standby
  }

  name         = "${var.name}-backups"
  region       = var.region
  copy_region  = var.standby_region
  kms_key      = { id = module.keys.ids["backup"] }
  copy_kms_key = { id = module.standby_keys.ids["backup"] }
  level        = module.level.settings
}

# -- the account: 8.1.4.1, 8.1.5.1 to 8.1.5.4 ----------------------------------------------------------------------

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
  server_count      = var.servers.max + var.standby_servers.max
  decoy             = { image_id = var.decoy_image_id, image_name = var.decoy_image_name }
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
