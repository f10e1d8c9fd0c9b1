# -- keys, logs and networks -----------------------------------------------------------------------------------------

module "keys" {
  source = "./modules/keys"

  name     = var.name
  purposes = ["compute", "database", "secret", "storage"]
  tags     = local.tags
}

module "standby_keys" {
  source = "./modules/keys"

  providers = {
    tencentcloud = tencentcloud.standby
  }

  name     = "${var.name}-standby"
  purposes = ["storage"]
  tags     = local.tags
}

module "logs" {
  source = "./modules/logs"

  name           = var.name
  retention_days = local.log_days
  topics         = ["cloudaudit", "database", "cache", "entry", "flow"]
  tags           = local.tags
}

module "standby_logs" {
  source = "./modules/logs"

  providers = {
    tencentcloud = tencentcloud.standby
  }

  name           = "${var.name}-standby"
  retention_days = local.log_days
  topics         = ["flow"]
  tags           = local.tags
}

module "network" {
  source = "./modules/network"

  name              = var.name
  cidr_block        = var.cidr_block
  zones             = var.zones
  flow_log_topic_id = module.logs.topic_ids["flow"]
  tags              = local.tags
}

module "standby_network" {
  source = "./modules/network"

  providers = {
    tencentcloud = tencentcloud.standby
  }

  name              = "${var.name}-standby"
  cidr_block        = var.standby_cidr_block
  zones             = var.standby_zones
  flow_log_topic_id = module.standby_logs.topic_ids["flow"]
  tags              = local.tags
}

# -- entry tier ------------------------------------------------------------------------------------------------------

module "entry" {
  source = "./modules/entry"

  name              = var.name
  region            = var.region
  short_region      = local.short_region
  zones             = var.zones
  vpc_id            = module.network.vpc_id
  security_group_id = module.network.security_group_ids["entry"]
  logset_id         = module.logs.logset_id
  topic_id          = module.logs.topic_ids["entry"]
  domain            = var.domain
  certificate_id    = var.certificate_id
  server_ids        = module.servers.instance_ids
  tags              = local.tags
}

module "egress" {
  source = "./modules/egress"

  name               = var.name
  zones              = var.zones
  vpc_id             = module.network.vpc_id
  app_network        = module.network.networks["app"]
  app_subnet_ids     = module.network.subnet_ids["app"]
  app_route_table_id = module.network.route_table_ids["app"]
  edge_subnet_id     = module.network.subnet_ids["edge"][0]
  entry_addresses    = { web = module.entry.address }
  tags               = local.tags
}

# -- application tier ------------------------------------------------------------------------------------------------

module "servers" {
  source = "./modules/servers"

  name               = var.name
  zones              = var.zones
  servers_per_zone   = var.servers_per_zone
  vpc_id             = module.network.vpc_id
  subnet_ids         = module.network.subnet_ids["app"]
  security_group_ids = [module.network.security_group_ids["app"]]
  image_id           = var.image_id
  instance_type      = var.instance_type
  key_pair_id        = var.key_pair_id
  kms_key_id         = module.keys.key_ids["compute"]
  role_name          = module.identity.server_role_name
  snapshot_days      = local.policy.snapshot_days
  tags               = local.tags
}

# -- data tier -------------------------------------------------------------------------------------------------------

module "database" {
  source = "./modules/database"

  providers = {
    tencentcloud         = tencentcloud
    tencentcloud.standby = tencentcloud.standby
  }

  name                       = var.name
  region                     = var.region
  zones                      = var.zones
  vpc_id                     = module.network.vpc_id
  subnet_id                  = module.network.subnet_ids["data"][0]
  security_group_ids         = [module.network.security_group_ids["data"]]
  app_network                = module.network.networks["app"]
  memory_mb                  = local.policy.mysql_memory
  replicas                   = local.policy.replicas
  root_password              = var.database_password
  kms_key_id                 = module.keys.key_ids["database"]
  secret_kms_key_id          = module.keys.key_ids["secret"]
  audit_days                 = local.audit_log_days
  backup_days                = local.policy.backup_days
  standby_region             = var.standby_region
  standby_zones              = var.standby_zones
  standby_vpc_id             = module.standby_network.vpc_id
  standby_subnet_id          = module.standby_network.subnet_ids["data"][0]
  standby_security_group_ids = [module.standby_network.security_group_ids["data"]]
  tags                       = local.data_tags
}

module "cache" {
  source = "./modules/cache"

  name               = var.name
  zone               = var.zones[0]
  replica_zone_ids   = slice(local.zone_numbers, 1, 2)
  vpc_id             = module.network.vpc_id
  subnet_id          = module.network.subnet_ids["data"][0]
  security_group_ids = [module.network.security_group_ids["data"]]
  password           = var.cache_password
  tags               = local.data_tags
}

module "data_bucket" {
  source = "./modules/bucket"

  name       = "${var.name}-data"
  app_id     = var.app_id
  region     = var.region
  kms_key_id = module.keys.key_ids["storage"]
  log_bucket = module.access_logs.bucket
  tags       = local.data_tags

  replica = {
    bucket     = module.standby_data_bucket.bucket
    region     = var.standby_region
    account    = var.account_uin
    kms_key_id = module.standby_keys.key_ids["storage"]
  }
}

module "standby_data_bucket" {
  source = "./modules/bucket"

  providers = {
    tencentcloud = tencentcloud.standby
  }

  name       = "${var.name}-data-copy"
  app_id     = var.app_id
  region     = var.standby_region
  kms_key_id = module.standby_keys.key_ids["storage"]
  log_bucket = module.standby_access_logs.bucket
  tags       = local.data_tags
}

# -- logs that are kept ----------------------------------------------------------------------------------------------

module "access_logs" {
  source = "./modules/bucket"

  name              = "${var.name}-access-logs"
  app_id            = var.app_id
  region            = var.region
  kms_key_id        = module.keys.key_ids["storage"]
  expire_after_days = local.log_days
  tags              = local.data_tags

  replica = {
    bucket     = module.standby_access_logs.bucket
    region     = var.standby_region
    account    = var.account_uin
    kms_key_id = module.standby_keys.key_ids["storage"]
  }
}

module "standby_access_logs" {
  source = "./modules/bucket"

  providers = {
    tencentcloud = tencentcloud.standby
  }

  name              = "${var.name}-standby-access-logs"
  app_id            = var.app_id
  region            = var.standby_region
  kms_key_id        = module.standby_keys.key_ids["storage"]
  expire_after_days = local.log_days
  tags              = local.data_tags
}

module "audit_bucket" {
  source = "./modules/bucket"

  name       = "${var.name}-audit"
  app_id     = var.app_id
  region     = var.region
  kms_key_id = module.keys.key_ids["storage"]
  log_bucket = module.access_logs.bucket
  lock_days  = local.log_days
  tags       = local.data_tags

  replica = {
    bucket     = module.standby_audit_bucket.bucket
    region     = var.standby_region
    account    = var.account_uin
    kms_key_id = module.standby_keys.key_ids["storage"]
  }
}

module "standby_audit_bucket" {
  source = "./modules/bucket"

  providers = {
    tencentcloud = tencentcloud.standby
  }

  name       = "${var.name}-audit-copy"
  app_id     = var.app_id
  region     = var.standby_region
  kms_key_id = module.standby_keys.key_ids["storage"]
  log_bucket = module.standby_access_logs.bucket
  lock_days  = local.log_days
  tags       = local.data_tags
}

module "audit" {
  source = "./modules/audit"

  name                = var.name
  region              = var.region
  short_region        = local.short_region
  bucket              = "${var.name}-audit"
  logset_id           = module.logs.logset_id
  topic_ids           = module.logs.topic_ids
  database_id         = module.database.id
  cache_id            = module.cache.id
  alarm_user_id       = var.alarm_user_id
  server_instance_ids = module.servers.instance_ids
  tags                = local.tags

  # The bucket is named by text, which tells of no order: bucket and policy come first.
  depends_on = [module.audit_bucket]
}

# -- people, hosts and administration --------------------------------------------------------------------------------

module "identity" {
  source = "./modules/identity"

  name               = var.name
  region             = var.region
  account_uin        = var.account_uin
  app_id             = var.app_id
  data_bucket        = "${var.name}-data-${var.app_id}"
  secret_name        = "${var.name}-database"
  administrator_uins = var.administrator_uins
  admin_networks     = var.admin_networks
  tags               = local.tags

  members = {
    system   = var.system_administrators
    security = var.security_administrators
    audit    = var.auditors
  }
}

module "protection" {
  source = "./modules/protection"

  name    = var.name
  servers = var.servers_per_zone * length(var.zones)
  tags    = local.tags
}

module "operations" {
  source = "./modules/operations"

  region         = var.region
  zone           = var.zones[0]
  vpc_id         = module.network.vpc_id
  vpc_cidr_block = var.cidr_block
  subnet_id      = module.network.subnet_ids["ops"][0]
  subnet_network = module.network.zone_networks["ops"][0]
  admin_networks = var.admin_networks
}
