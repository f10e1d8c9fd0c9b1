module "keys" {
  source = "../../modules/alicloud/keys"

  name = local.name
  tags = local.tags
  keys = {
    database = { purpose = "RDS、Redis" }
    storage  = { purpose = "OSS、NAS", rotation_interval = "180d" }
    compute  = { purpose = "云盘" }
    cluster  = { purpose = "ACK Secret" }
    logs     = { purpose = "日志" }
  }
}

module "keys_dr" {
  source = "../../modules/alicloud/keys"

  providers = {
    alicloud = alicloud.dr
  }

  name = "${local.name}-dr"
  tags = local.tags
  keys = {
    database = { purpose = "灾备 RDS" }
    storage  = { purpose = "灾备 OSS" }
    compute  = { purpose = "灾备快照" }
  }
}

module "logs" {
  source = "../../modules/alicloud/logs"

  name         = "${local.name}-logs"
  region       = var.region
  kms_key_id   = module.keys.ids["logs"]
  kms_role_arn = "acs:ram::${var.account_id}:role/aliyunlogdefaultrole"
  tags         = local.tags

  stores = {
    flow    = { retention_days = 365 }
    entry   = { retention_days = 180, shards = 4 }
    waf     = { retention_days = 90 }
    app     = {}
    oss     = { retention_days = 3650 }
    bastion = { retention_days = 365 }
  }
}

module "network" {
  source = "../../modules/alicloud/network"

  name       = local.name
  cidr_block = "10.20.0.0/16"
  subnets    = local.subnets
  nat_subnet = "app-h"
  tags       = local.tags

  flow_log = {
    project = module.logs.project
    store   = module.logs.stores["flow"]
  }

  rules = {
    entry-https = { tier = "entry", port_range = "443/443", cidr_ip = "0.0.0.0/0", description = "HTTPS 入口" }
    app-https   = { tier = "app", port_range = "8443/8443", from_tier = "entry", description = "入口到应用" }
    data-mysql  = { tier = "data", port_range = "3306/3306", from_tier = "app", description = "应用到 MySQL" }
    data-redis  = { tier = "data", port_range = "6379/6379", from_tier = "app", description = "应用到 Redis" }
    app-ssh     = { tier = "app", port_range = "22/22", cidr_ip = var.office_cidr, description = "运维登录" }
    # 容器平台 NodePort，直连调试时放开
    app-nodes = { tier = "app", port_range = "30000/32767", cidr_ip = "10.0.0.0/8", description = "NodePort" }
    app-out   = { tier = "app", direction = "egress", port_range = "443/443", cidr_ip = "0.0.0.0/0", description = "HTTPS 出口" }
  }

  data_acl = [
    { name = "mysql", port = "3306/3306", source_cidr_ip = "10.20.0.0/16" },
    { name = "redis", port = "6379/6379", source_cidr_ip = "10.20.0.0/16" },
    { name = "rest", policy = "drop", protocol = "all", port = "-1/-1", source_cidr_ip = "0.0.0.0/0" },
  ]
}

module "database" {
  source   = "../../modules/alicloud/database"
  for_each = var.databases

  name                = "${local.name}-${each.key}"
  storage_gb          = each.value.storage_gb
  vswitch_id          = module.network.vswitch_ids["data-h"]
  zone_id             = local.zones[0]
  standby_zone_id     = local.zones[1]
  allow_list          = [for key, subnet in local.subnets : subnet.cidr_block if subnet.tier == "app"]
  kms_key_id          = module.keys.ids["database"]
  cross_backup_region = each.value.cross_backup_region
  databases           = each.value.schemas
  parameters          = { tls_version = "TLSv1.2,TLSv1.3", local_infile = "OFF" }

  account = {
    name     = "app_${each.key}"
    password = var.database_password
  }

  tags = local.tags
}

# 灾备实例：主实例在杭州，灾备在北京，实时同步
resource "alicloud_rds_ddr_instance" "dr" {
  for_each = var.databases
  provider = alicloud.dr

  instance_name            = "${local.name}-${each.key}-dr"
  engine                   = "MySQL"
  engine_version           = "8.0"
  instance_type            = "mysql.x2.large.2c"
  instance_storage         = each.value.storage_gb
  db_instance_storage_type = "cloud_essd"
  payment_type             = "PayAsYouGo"
  restore_type             = "BackupSet"
  source_region            = var.region
  source_db_instance_name  = module.database[each.key].id
  encryption_key           = module.keys_dr.ids["database"]
  ssl_action               = "Open"
  security_ips             = ["10.30.0.0/16"]
  deletion_protection      = true
  tags                     = local.tags
}

module "cache" {
  source   = "../../modules/alicloud/cache"
  for_each = var.caches

  name            = "${local.name}-${each.key}"
  instance_class  = each.value.class
  vswitch_id      = module.network.vswitch_ids["data-i"]
  zone_id         = local.zones[1]
  standby_zone_id = local.zones[0]
  allow_list      = ["10.20.16.0/20", "10.20.64.0/20"]
  kms_key_id      = module.keys.ids["database"]
  password        = var.cache_password
  audit           = each.value.audit
  tags            = local.tags
}

module "servers" {
  source = "../../modules/alicloud/servers"

  name                 = local.name
  security_group_id    = module.network.security_group_ids["app"]
  kms_key_id           = module.keys.ids["compute"]
  snapshot_copy_region = var.dr_region
  snapshot_copy_key_id = module.keys_dr.ids["compute"]
  tags                 = local.tags

  servers = {
    gateway-1 = { zone_id = local.zones[0], vswitch_id = module.network.vswitch_ids["app-h"], role = "gateway" }
    gateway-2 = { zone_id = local.zones[1], vswitch_id = module.network.vswitch_ids["app-i"], role = "gateway" }
    batch-1 = {
      instance_type = "ecs.g7.2xlarge"
      zone_id       = local.zones[0]
      vswitch_id    = module.network.vswitch_ids["app-h"]
      role          = "batch"
      data_disks    = { work = 500, spool = 200 }
      http_tokens   = "optional" # 旧版批处理代理还不支持 IMDSv2
    }
  }
}

module "cluster" {
  source = "../../modules/alicloud/cluster"

  name            = "${local.name}-ack"
  vswitch_ids     = [module.network.vswitch_ids["app-h"], module.network.vswitch_ids["app-i"]]
  pod_vswitch_ids = [module.network.vswitch_ids["app-h"], module.network.vswitch_ids["app-i"]]
  kms_key_id      = module.keys.ids["cluster"]
  log_project     = module.logs.project
  tags            = local.tags

  addons = {
    terway-eniip       = { NetworkPolicy = "true" }
    csi-plugin         = null
    security-inspector = null
    # 准入策略依赖的组件
    gatekeeper                 = null
    policy-template-controller = null
  }

  policies = {
    ACKPSPPrivilegedContainer = "deny"
    ACKPSPHostNetworkingPorts = "deny"
    ACKPSPHostNamespace       = "deny"
    ACKAllowedRepos           = "deny"
  }

  node_pools = {
    general = { instance_types = ["ecs.g7.2xlarge"], data_disk_gb = 200 }
    quote   = { instance_types = ["ecs.c7.2xlarge"], desired_size = 6 }
  }
}

module "entry" {
  source = "../../modules/alicloud/entry"

  name           = "${local.name}-web"
  vpc_id         = module.network.vpc_id
  certificate_id = var.certificate_id
  tags           = local.tags

  zone_vswitches = {
    (local.zones[0]) = module.network.vswitch_ids["entry-h"]
    (local.zones[1]) = module.network.vswitch_ids["entry-i"]
  }

  access_log = {
    project = module.logs.project
    store   = module.logs.stores["entry"]
  }

  backends = {
    portal = { servers = [for name, id in module.servers.instance_ids : id if startswith(name, "gateway")] }
    api    = { port = 9443, health_path = "/status" }
  }
  default_backend = "portal"
}
