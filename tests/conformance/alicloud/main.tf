# The resources of this file and of __main__.py beside it are the same. What is wrong with them is meant.

terraform {
  required_version = ">= 1.5"
  required_providers {
    alicloud = {
      source  = "aliyun/alicloud"
      version = "1.289.0"
    }
  }
}

variable "office_cidr" {
  type      = string
  sensitive = true
}

variable "database_password" {
  type      = string
  sensitive = true
}

variable "vswitches" {
  type = map(string)
  default = {
    h = "10.0.1.0/24"
    k = "10.0.2.0/24"
  }
}

locals {
  account = "1234567890123456"
  zones   = ["cn-beijing-h", "cn-beijing-k"]
  tags = {
    system = "orders"
    owner  = "platform"
  }
}

provider "alicloud" {
  region = "cn-beijing"
}

provider "alicloud" {
  alias  = "standby"
  region = "cn-hangzhou"
}

# ---------------------------------------------------------------------------------------------- network

resource "alicloud_vpc" "main" {
  vpc_name   = "orders"
  cidr_block = "10.0.0.0/16"
  tags       = local.tags
}

resource "alicloud_vswitch" "app" {
  for_each   = var.vswitches
  vpc_id     = alicloud_vpc.main.id
  zone_id    = "cn-beijing-${each.key}"
  cidr_block = each.value
}

resource "alicloud_vpc_flow_log" "main" {
  flow_log_name  = "orders"
  resource_type  = "VPC"
  resource_id    = alicloud_vpc.main.id
  traffic_type   = "All"
  project_name   = alicloud_log_project.audit.project_name
  log_store_name = alicloud_log_store.audit.logstore_name
}

resource "alicloud_security_group" "web" {
  security_group_name = "web"
  vpc_id              = alicloud_vpc.main.id
  inner_access_policy = "Drop"
}

resource "alicloud_security_group_rule" "ssh" {
  type              = "ingress"
  ip_protocol       = "tcp"
  port_range        = "22/22"
  cidr_ip           = "0.0.0.0/0"
  security_group_id = alicloud_security_group.web.id
}

resource "alicloud_security_group_rule" "office" {
  type              = "ingress"
  ip_protocol       = "tcp"
  port_range        = "22/22"
  cidr_ip           = var.office_cidr
  security_group_id = alicloud_security_group.web.id
  description       = "administrators"
}

resource "alicloud_eip_address" "partner" {
  address_name = "partner"
}

resource "alicloud_security_group_rule" "partner" {
  type              = "ingress"
  ip_protocol       = "tcp"
  port_range        = "1/65535"
  cidr_ip           = "${alicloud_eip_address.partner.ip_address}/32"
  security_group_id = alicloud_security_group.web.id
}

resource "alicloud_cloud_firewall_control_policy" "everything" {
  direction             = "in"
  acl_action            = "accept"
  application_name_list = ["ANY"]
  proto                 = "ANY"
  source                = "0.0.0.0/0"
  source_type           = "net"
  destination           = "0.0.0.0/0"
  destination_type      = "net"
  description           = "everything"
}

# ---------------------------------------------------------------------------------------------- keys and buckets

resource "alicloud_kms_key" "main" {
  description            = "orders"
  automatic_rotation     = "Enabled"
  rotation_interval      = "365d"
  pending_window_in_days = 30
  status                 = "Enabled"
}

resource "alicloud_oss_bucket" "data" {
  bucket          = "orders-data"
  redundancy_type = "ZRS"
  tags            = local.tags
}

resource "alicloud_oss_bucket_versioning" "data" {
  bucket = alicloud_oss_bucket.data.bucket
  status = "Enabled"
}

resource "alicloud_oss_bucket_server_side_encryption" "data" {
  bucket            = alicloud_oss_bucket.data.bucket
  sse_algorithm     = "KMS"
  kms_master_key_id = alicloud_kms_key.main.id
}

resource "alicloud_oss_bucket_logging" "data" {
  bucket        = alicloud_oss_bucket.data.bucket
  target_bucket = alicloud_oss_bucket.logs.bucket
  target_prefix = "data/"
}

resource "alicloud_oss_bucket_policy" "data" {
  bucket = alicloud_oss_bucket.data.bucket
  policy = jsonencode({
    Version = "1"
    Statement = [
      {
        Effect    = "Deny"
        Action    = ["oss:*"]
        Principal = ["*"]
        Resource  = ["acs:oss:*:${local.account}:orders-data", "acs:oss:*:${local.account}:orders-data/*"]
        Condition = { Bool = { "acs:SecureTransport" = ["false"] } }
      },
      {
        Effect    = "Allow"
        Action    = ["oss:GetObject"]
        Principal = ["*"]
        Resource  = ["acs:oss:*:${local.account}:orders-data/*"]
        Condition = { StringEquals = { "acs:SourceVpc" = [alicloud_vpc.main.id] } }
      },
    ]
  })
}

resource "alicloud_oss_bucket_replication" "data" {
  bucket                        = alicloud_oss_bucket.data.bucket
  action                        = "ALL"
  historical_object_replication = "enabled"
  destination {
    bucket   = alicloud_oss_bucket.copy.bucket
    location = "oss-cn-hangzhou"
  }
}

resource "alicloud_oss_bucket" "copy" {
  provider = alicloud.standby
  bucket   = "orders-data-copy"

  server_side_encryption_rule {
    sse_algorithm = "AES256"
  }

  versioning {
    status = "Enabled"
  }
}

resource "alicloud_oss_bucket" "logs" {
  bucket = "orders-logs"

  lifecycle_rule {
    id      = "expire"
    enabled = true
    prefix  = ""
    expiration {
      days = 30
    }
  }
}

# ---------------------------------------------------------------------------------------------- databases

resource "alicloud_db_instance" "main" {
  engine                   = "MySQL"
  engine_version           = "8.0"
  instance_type            = "mysql.n4.medium.2c"
  instance_storage         = 100
  instance_name            = "orders"
  vswitch_id               = alicloud_vswitch.app["h"].id
  zone_id                  = local.zones[0]
  zone_id_slave_a          = local.zones[1]
  security_ips             = ["10.0.0.0/16"]
  ssl_action               = "Open"
  deletion_protection      = true
  db_instance_storage_type = "cloud_essd"
  encryption_key           = alicloud_kms_key.main.id
  sql_collector_status     = "Enabled"

  parameters {
    name  = "require_secure_transport"
    value = "ON"
  }
}

resource "alicloud_db_backup_policy" "main" {
  instance_id             = alicloud_db_instance.main.id
  preferred_backup_period = ["Monday", "Wednesday", "Friday", "Sunday"]
  backup_retention_period = 3
  enable_backup_log       = true
}

resource "alicloud_db_instance" "reports" {
  engine              = "PostgreSQL"
  engine_version      = "15.0"
  instance_type       = "pg.n2.2c.1m"
  instance_storage    = 50
  security_ips        = ["0.0.0.0/0", "10.0.0.0/16"]
  deletion_protection = false
}

resource "alicloud_kvstore_instance" "cache" {
  db_instance_name = "orders"
  instance_class   = "redis.master.small.default"
  instance_type    = "Redis"
  engine_version   = "7.0"
  vswitch_id       = alicloud_vswitch.app["h"].id
  zone_id          = local.zones[0]
  security_ips     = ["10.0.0.0/16"]
  vpc_auth_mode    = "Close"
  ssl_enable       = "Disable"
  password         = var.database_password
  backup_period    = ["Monday", "Thursday"]
  backup_time      = "02:00Z-03:00Z"
}

# ---------------------------------------------------------------------------------------------- servers

resource "alicloud_instance" "app" {
  count                               = 2
  instance_name                       = "app-${count.index}"
  image_id                            = "aliyun_3_x64_20G_alibase_20240528.vhd"
  instance_type                       = "ecs.g7.large"
  vswitch_id                          = alicloud_vswitch.app["k"].id
  security_groups                     = [alicloud_security_group.web.id]
  system_disk_encrypted               = true
  system_disk_kms_key_id              = alicloud_kms_key.main.id
  system_disk_auto_snapshot_policy_id = alicloud_ecs_auto_snapshot_policy.daily.id
  key_name                            = "ops"
  internet_max_bandwidth_out          = count.index == 0 ? 0 : 10
  http_tokens                         = count.index == 0 ? "required" : "optional"
  deletion_protection                 = true
  tags                                = local.tags

  data_disks {
    name      = "data"
    size      = 100
    encrypted = count.index == 0
  }
}

resource "alicloud_ecs_disk" "data" {
  disk_name = "orders"
  zone_id   = local.zones[0]
  category  = "cloud_essd"
  size      = 200
  encrypted = false
}

resource "alicloud_ecs_auto_snapshot_policy" "daily" {
  auto_snapshot_policy_name = "daily"
  repeat_weekdays           = ["1", "2", "3", "4", "5", "6", "7"]
  retention_days            = 14
  time_points               = ["1"]
  enable_cross_region_copy  = true
  target_copy_regions       = ["cn-hangzhou"]
}

resource "alicloud_ecs_auto_snapshot_policy_attachment" "data" {
  auto_snapshot_policy_id = alicloud_ecs_auto_snapshot_policy.daily.id
  disk_id                 = alicloud_ecs_disk.data.id
}

# ---------------------------------------------------------------------------------------------- Kubernetes

resource "alicloud_cs_managed_kubernetes" "main" {
  name                         = "orders"
  cluster_spec                 = "ack.pro.small"
  vswitch_ids                  = [alicloud_vswitch.app["h"].id, alicloud_vswitch.app["k"].id]
  pod_vswitch_ids              = [alicloud_vswitch.app["h"].id, alicloud_vswitch.app["k"].id]
  service_cidr                 = "172.21.0.0/20"
  slb_internet_enabled         = true
  encryption_provider_key      = alicloud_kms_key.main.id
  deletion_protection          = true
  enable_rrsa                  = true
  control_plane_log_ttl        = "180"
  control_plane_log_components = ["apiserver", "kcm", "scheduler"]

  audit_log_config {
    enabled          = true
    sls_project_name = alicloud_log_project.audit.project_name
  }
}

resource "alicloud_cs_kubernetes_node_pool" "workers" {
  node_pool_name        = "workers"
  cluster_id            = alicloud_cs_managed_kubernetes.main.id
  vswitch_ids           = [alicloud_vswitch.app["h"].id, alicloud_vswitch.app["k"].id]
  instance_types        = ["ecs.g7.xlarge"]
  desired_size          = "3"
  key_name              = "ops"
  system_disk_encrypted = false

  data_disks {
    size      = 120
    category  = "cloud_essd"
    encrypted = "true"
  }

  management {
    enable      = true
    auto_repair = true
  }
}

# ---------------------------------------------------------------------------------------------- entries

resource "alicloud_slb_load_balancer" "entry" {
  load_balancer_name = "entry"
  address_type       = "internet"
  load_balancer_spec = "slb.s2.small"
  master_zone_id     = local.zones[0]
  slave_zone_id      = local.zones[1]
  delete_protection  = "on"
}

resource "alicloud_slb_listener" "http" {
  load_balancer_id = alicloud_slb_load_balancer.entry.id
  frontend_port    = 80
  backend_port     = 8080
  protocol         = "http"
  bandwidth        = 10
}

resource "alicloud_slb_listener" "https" {
  load_balancer_id      = alicloud_slb_load_balancer.entry.id
  frontend_port         = 443
  backend_port          = 8443
  protocol              = "https"
  bandwidth             = 10
  tls_cipher_policy     = "tls_cipher_policy_1_1"
  server_certificate_id = "1234567890123456_18a3c0b4d2a_1_1"
}

# ---------------------------------------------------------------------------------------------- audit

resource "alicloud_actiontrail_trail" "all" {
  trail_name         = "all"
  event_rw           = "Write"
  trail_region       = "All"
  oss_bucket_name    = alicloud_oss_bucket.logs.bucket
  oss_write_role_arn = alicloud_ram_role.trail.arn
}

resource "alicloud_log_project" "audit" {
  project_name = "orders-audit"
}

resource "alicloud_log_store" "audit" {
  project_name     = alicloud_log_project.audit.project_name
  logstore_name    = "audit"
  retention_period = 90

  encrypt_conf {
    enable       = true
    encrypt_type = "default"
  }
}

# ---------------------------------------------------------------------------------------------- rights and backups

resource "alicloud_ram_role" "trail" {
  role_name = "trail"
  assume_role_policy_document = jsonencode({
    Version = "1"
    Statement = [{
      Action    = "sts:AssumeRole"
      Effect    = "Allow"
      Principal = { Service = ["actiontrail.aliyuncs.com"], RAM = ["acs:ram::9999999999999999:root"] }
    }]
  })
}

resource "alicloud_ram_policy" "operators" {
  policy_name = "operators"
  policy_document = jsonencode({
    Version = "1"
    Statement = [
      { Effect = "Allow", Action = ["ecs:Describe*"], Resource = ["*"] },
      { Effect = "Allow", Action = ["*"], Resource = ["*"] },
    ]
  })
}

resource "alicloud_ram_account_password_policy" "all" {
  minimum_password_length      = 14
  require_lowercase_characters = true
  require_uppercase_characters = true
  require_numbers              = true
  require_symbols              = true
  max_password_age             = 90
  password_reuse_prevention    = 5
  max_login_attempts           = 5
}
